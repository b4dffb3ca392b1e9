"""The notice of default and the decision on its penalty, and deciding on that anew after an objection (Awb 4:17 to 4:20)."""
