import Base

/// The rule for states: the two-letter code of a known name, otherwise the first two letters.
enum StateRule {
  private enum Column: String, CaseIterable {
    case country, code, names
  }

  private static let codes = ProgramResources.load {
    var codes: [String: [String: String]] = [:]
    for row in try TabSeparatedTable<Column>(resource: "states", in: .module).rows {
      for name in try row.text(.names).split(separator: " ") {
        codes[try row.text(.country), default: [:]][String(name)] = try row.text(.code)
      }
    }
    return codes
  }

  static func text(of value: String, country: String?) -> String {
    let letters = value.uppercased().keeping { ("A"..."Z").contains($0) }
    if let code = country.flatMap({ codes[$0]?[letters] }) { return code.lowercased() }
    // A text of two characters stays as it is, because it is a code already.
    return String(value.count > 2 ? letters.prefix(2) : letters[...]).lowercased()
  }
}

/// The rule for postal codes: letters and digits in the form of their country.
enum PostalCodeRule {
  static func text(of value: String, country: String?) throws(IdentifierProblem) -> String {
    let form = Form(country: country)
    let text = String(value.keeping(form.counts).uppercased().prefix(form.lengthLimit))
    guard !text.isEmpty else { throw .nothingLeft }
    guard form.isWhole(text) else { throw .notAPostalCode }
    return text
  }

  private enum Form {
    case canadian, british
    case digits(Int)
    case any

    init(country: String?) {
      switch country {
      case "CA": self = .canadian
      case "GB": self = .british
      case "IN": self = .digits(6)
      case "JP": self = .digits(7)
      case "US", "DE", "FR", "IT", "ES": self = .digits(5)
      default: self = .any
      }
    }

    var lengthLimit: Int {
      switch self {
      case .canadian: 6
      case .british: 7
      case .digits(let count): count
      case .any: 12
      }
    }

    func counts(_ scalar: Unicode.Scalar) -> Bool {
      switch self {
      case .digits: ("0"..."9").contains(scalar)
      case .canadian, .british, .any: scalar.isLetterOrDigit
      }
    }

    func isWhole(_ text: String) -> Bool {
      switch self {
      case .digits(let count): text.utf8.count == count && text.contains { $0 != "0" }
      case .any: true
      case .canadian: Self.shape(of: text) == "A1A1A1"
      case .british: Self.britishShapes.contains(Self.shape(of: text))
      }
    }

    /// One or two letters; two or three digits, or a digit, a letter and a digit; two letters.
    private static let britishShapes: Set<String> = [
      "A11AA", "A111AA", "AA11AA", "AA111AA", "A1A1AA", "AA1A1AA",
    ]

    /// The text with A for each letter and 1 for each digit.
    private static func shape(of text: String) -> String {
      String(text.map { $0.isASCIIDigit ? "1" : "A" })
    }
  }
}
