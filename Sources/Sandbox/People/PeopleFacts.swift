import Dialects

/// The names, addresses and numbers of a sandbox's users. They belong to nobody: e-mail addresses are at domains set
/// aside for examples (RFC 2606), phone numbers are those that North America sets aside for fiction (555-0100 to
/// 555-0199).
///
/// Each value exists twice: as people write it, and in the normal form that is hashed (`normal_…`).
struct PeopleFacts: Sendable {
  let hashing: Hashing

  /// The area codes of fictitious phones. Each has a hundred numbers.
  private static let areaCodes = [
    201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228, 229, 231,
    234, 239, 240, 248, 251, 252, 253, 254, 256, 260, 262, 267, 269, 270, 276, 281, 301, 302, 303, 304, 305, 307,
    308, 309, 310, 312, 313, 314, 315, 316, 317, 318, 319, 320, 321, 323, 325, 330, 334, 336, 337, 339, 347, 351,
    352, 360, 361, 385, 386, 401, 402, 404, 405, 406, 407, 408, 409, 410, 412, 413, 414, 415, 417, 419, 423, 424,
    425, 432, 434, 435, 440, 443, 469, 478, 479, 480, 484, 501, 502, 503, 504, 505, 507, 508, 509, 510, 512, 513,
    515, 516, 517, 518, 520, 530, 540, 541, 551, 559, 561, 562, 563, 567, 570, 571, 573, 574, 580, 585, 586, 601,
    602, 603, 605, 606, 607, 608, 609, 610, 612, 614, 615, 616, 617, 618, 619, 620, 623, 626, 630, 631, 636, 641,
    646, 650, 651, 660, 661, 662, 678, 682, 701, 702, 703, 704, 706, 707, 708, 712, 713, 714, 715, 716, 717, 718,
    719, 720, 724, 727, 731, 732, 734, 740, 754, 757, 760, 763, 765, 770, 772, 773, 774, 775, 781, 785, 786, 801,
  ]
  /// The number of users with a phone: the first ones, because there are no more numbers.
  static let phoneCount = areaCodes.count * 100

  private static let firstNames = [
    "Ada", "Alan", "Amina", "Björn", "Carla", "Chidi", "Dana", "Elena", "Farid", "Grace", "Hana", "Igor", "Jean-Luc",
    "Keiko", "Liam", "Mary Ann", "Nadia", "Olga", "Priya", "Quinn", "Rosa", "Sven", "Tara", "Umar", "Vera", "Wei",
    "Ximena", "Yusuf", "Zora",
  ]
  private static let normalFirstNames = [
    "ada", "alan", "amina", "bjoern", "carla", "chidi", "dana", "elena", "farid", "grace", "hana", "igor", "jeanluc",
    "keiko", "liam", "maryann", "nadia", "olga", "priya", "quinn", "rosa", "sven", "tara", "umar", "vera", "wei",
    "ximena", "yusuf", "zora",
  ]
  private static let lastNames = [
    "Abbott", "Baker", "Castillo", "Dubois", "Eriksen", "Fischer", "Garcia", "Hughes", "Ito", "Jensen", "Kowalski",
    "Lopez", "Müller", "Novak", "O'Neil", "Petrov", "Quist", "Rossi", "Smith-Jones", "Tanaka", "Usman", "Vega", "Wong",
    "Xu", "Young", "Zimmer",
  ]
  private static let normalLastNames = [
    "abbott", "baker", "castillo", "dubois", "eriksen", "fischer", "garcia", "hughes", "ito", "jensen", "kowalski",
    "lopez", "mueller", "novak", "oneil", "petrov", "quist", "rossi", "smithjones", "tanaka", "usman", "vega", "wong",
    "xu", "young", "zimmer",
  ]
  private static let streets = [
    "Alder", "Aspen", "Birch", "Chestnut", "Cypress", "Dogwood", "Franklin", "Hawthorn", "Jackson", "Juniper", "Laurel",
    "Lincoln", "Linden", "Magnolia", "Maple", "Sycamore",
  ]
  private static let streetKinds = ["Street", "Avenue", "Road", "Drive"]
  private static let normalStreetKinds = ["st", "ave", "rd", "dr"]

  /// A SELECT of the people of the users from index 0 up to, not including, `count`, in that order.
  func select(count: Int) -> String {
    """
    SELECT people.*, geos.iso_country_code AS country, geos.city_name AS city,
      replace(lower(geos.city_name), ' ', '') AS normal_city,
      right(geos.iso_state_province_code, 2) AS state, lower(right(geos.iso_state_province_code, 2)) AS normal_state,
      -- After the country and a hyphen: five digits, or the six characters of a Canadian code.
      CASE WHEN geos.iso_country_code = 'CA' THEN geos.postal_code[4:6] || ' ' || geos.postal_code[7:9]
        WHEN user_index % 4 = 0 THEN geos.postal_code[4:] || '-0' || (100 + user_index % 900)
        ELSE geos.postal_code[4:] END AS zip,
      lower(geos.postal_code[4:]) AS normal_zip
    FROM (SELECT *, \(values) FROM (SELECT user_index, \(draws) FROM range(\(count)) indices(user_index))) people
    LEFT JOIN (\(DimensionTables.geos.select)) geos ON geos.n = people.geo
    ORDER BY user_index
    """
  }

  private var draws: String {
    let index = "user_index"
    let bits = hashing.bits("person", index)
    return """
      \(UserFacts.key(index, hashing)) AS user_id, \(UserFacts.geo(index, hashing)) AS geo,
      \(Hashing.pick(Self.firstNames.count, from: bits, shift: 1)) AS first,
      \(Hashing.pick(Self.lastNames.count, from: bits, shift: 12)) AS last,
      \(Hashing.pick(Self.streets.count, from: bits, shift: 23)) AS street,
      \(Hashing.pick(Self.streetKinds.count, from: bits, shift: 34)) AS kind,
      lower(CAST(CAST(md5('\(hashing.seed) device ' || user_index) AS UUID) AS VARCHAR)) AS normal_maid
      """
  }

  /// House numbers and e-mail addresses belong to one user only, so each link leads to one user.
  private var values: String {
    let street = Dimension.word(Self.streets, at: "street")
    return """
      \(Dimension.word(Self.firstNames, at: "first")) AS first_name,
      \(Dimension.word(Self.normalFirstNames, at: "first")) AS normal_first_name,
      \(Dimension.word(Self.lastNames, at: "last")) AS last_name,
      \(Dimension.word(Self.normalLastNames, at: "last")) AS normal_last_name,
      (100 + user_index) || ' ' || \(street) || ' ' || \(Dimension.word(Self.streetKinds, at: "kind")) AS address,
      (100 + user_index) || lower(\(street)) || \(Dimension.word(Self.normalStreetKinds, at: "kind")) AS normal_address,
      normal_first_name || '.' || normal_last_name || user_index || '@example.com' AS normal_email,
      CASE user_index % 3 WHEN 0 THEN normal_email WHEN 1 THEN upper(normal_email)
        ELSE ' ' || upper(normal_email[1]) || normal_email[2:] || ' ' END AS email,
      CASE WHEN user_index < \(Self.phoneCount) THEN [\(Self.areaCodes.map(String.init).joined(separator: ", "))]
        [1 + user_index // 100]::VARCHAR END AS area,
      '55501' || lpad((user_index % 100)::VARCHAR, 2, '0') AS subscriber,
      '1' || area || subscriber AS normal_phone,
      CASE user_index % 3 WHEN 0 THEN '(' || area || ') ' || subscriber[1:3] || '-' || subscriber[4:]
        WHEN 1 THEN '+1 ' || area || ' ' || subscriber[1:3] || ' ' || subscriber[4:]
        ELSE area || '.' || subscriber[1:3] || '.' || subscriber[4:] END AS phone,
      upper(normal_maid) AS maid
      """
  }
}
