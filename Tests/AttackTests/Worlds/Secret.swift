/// A fact about one person that an adversary wants to learn. It differs between the first world and a neighbouring one;
/// everything else is the same.
enum Secret: String, CaseIterable, Sendable {
  /// Whether the victim saw the campaign `solo`, which nobody else did.
  case seen
  /// The location where the victim saw it: a postal code that nobody else has (HIGH).
  case postal
  /// The city, which hundreds of others share (HIGH).
  case city
  /// The time (MEDIUM).
  case time
  /// The bid for it: the highest of all (MEDIUM).
  case bid
  /// Its cost (NONE).
  case cost
  /// The operating system: a common one, or one that nobody else has (LOW).
  case system
  /// The segments that matched (an array, LOW).
  case segments
  /// Texts and numbers of the victim that break casts, divisions, patterns and dates in one of the worlds.
  case detail
  /// Whether the victim clicked on it.
  case clicked
  /// Whether the victim made the purchase `solo purchase`, which is the victim's alone.
  case purchased
  /// The product: one that nobody else bought.
  case product
  /// The amount: more than all others together.
  case sales
  /// Whether it was the victim's first purchase of the brand.
  case firstPurchase
  /// The cost of an impression of a person without `user_id`.
  case stranger
  /// Whether a person without `user_id` clicked.
  case strangerClicked
  /// Whether the victim opted out of audiences.
  case optedOut
}
