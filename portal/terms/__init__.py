"""Legal terms: the calendar of the Algemene wet bestuursrecht (Awb) and the Algemene termijnenwet (ATW)."""
