"""What the screens of residents and employers share: the questions of the intake, and how an answer is shown."""
