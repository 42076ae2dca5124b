/// What the adversary is after: each is a thing about one person that is one way in a world, and another way in the
/// neighbouring world, while all else is the same.
enum Secret: String, CaseIterable, Sendable {
  /// Whether the victim saw the campaign `solo`, which nobody else did.
  case seen
  /// Where the victim saw it: a postal code that nobody else has (HIGH).
  case postal
  /// The city, which hundreds of others share (HIGH).
  case city
  /// When (MEDIUM).
  case time
  /// What was bid for it: the highest bid of all (MEDIUM).
  case bid
  /// What it cost (NONE).
  case cost
  /// On which operating system: a common one, or one that nobody else has (LOW).
  case system
  /// The segments that matched (an array, LOW).
  case segments
  /// Texts and numbers of the victim's that break casts, divisions, patterns and dates in one of the worlds.
  case detail
  /// Whether the victim clicked on it.
  case clicked
  /// Whether the victim made the purchase `solo purchase`, which is the victim's alone.
  case purchased
  /// What was bought: a product that nobody else bought.
  case product
  /// For how much: more than all others together.
  case sales
  /// Whether it was the victim's first purchase of the brand.
  case firstPurchase
  /// What an impression cost of a person whose `user_id` is not known.
  case stranger
  /// Whether a person whose `user_id` is not known clicked.
  case strangerClicked
  /// Whether the victim opted out of audiences.
  case optedOut
}
