"""What takes longer than a page may: computed apart from the request that asked for it, once for all processes of the desk."""
