/// The values that depend on a secret, as SQL, in one world.
struct PersonalValues {
  /// The secret that differs in this world; nil in the first world.
  var flipped: Secret?

  /// One text if `secret` is as in the first world, another if it is flipped.
  func choose(_ secret: Secret, _ first: String, _ other: String) -> String { flipped == secret ? other : first }

  var postal: String { choose(.postal, "'990'", "'995'") }
  var city: String { choose(.city, "'Avalon'", "'Babylon'") }
  var time: String { choose(.time, "TIMESTAMP '2025-01-05 03:17:00'", "TIMESTAMP '2025-01-05 15:42:00'") }
  var bid: String { choose(.bid, "777", "778") }
  var cost: String { choose(.cost, "4000", "7000") }
  var system: String { choose(.system, "'Android'", "'Haiku'") }
  var segments: String { choose(.segments, "[7, 900]", "[7, 901]") }
  var creative: String { choose(.detail, "'{\"k\":\"A\"}'", "'{\"k\":\"B\"'") }
  var lineItem: String { choose(.detail, "'12'", "'x12'") }
  var supplyCost: String { choose(.detail, "0", "9") }
  var serviceFee: String { choose(.detail, "9223372036854775807", "1") }
  var slot: String { choose(.detail, "'('", "'a'") }
  var page: String { choose(.detail, "'2025-13-45'", "'2025-01-01'") }
  var product: String { choose(.product, "'BSECRET'", "'BOTHER'") }
  var sales: String { choose(.sales, "50000", "70000") }
  var firstPurchase: String { choose(.firstPurchase, "true", "false") }
  var strangerCost: String { choose(.stranger, "40000000", "70000000") }
  var optedOut: String { choose(.optedOut, "false", "true") }

  /// `TRUE` if the row that the secret is about exists.
  func isThere(_ secret: Secret) -> String { choose(secret, "true", "false") }
}
