"""What the region has laid down before the first question: scheme versions, money, mandates, trainings and who works here."""
