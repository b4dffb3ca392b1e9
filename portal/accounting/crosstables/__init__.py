"""Cross tables: vouchers and their money by any two dimensions, counted by the database, small groups hidden."""
