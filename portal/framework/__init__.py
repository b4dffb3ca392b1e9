"""What the region has laid down before the first question: scheme versions, money, mandates, trainings, teams and who works here."""
