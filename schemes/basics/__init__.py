"""What every definition is made of: money, values, cost categories, codes and findings."""
