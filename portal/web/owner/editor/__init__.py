"""The form in which an owner writes a definition: generated from the classes of the language, for every key they have."""
