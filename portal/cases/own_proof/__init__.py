"""Who came in by a link proves again who they are, before what a link or money goes to is changed."""
