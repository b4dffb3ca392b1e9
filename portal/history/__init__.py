"""What an applicant had before: awards of this desk under a pseudonym, else what was declared."""
