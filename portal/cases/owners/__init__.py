"""Who has a case: one owner, who claims it, hands it over or lets it go."""
