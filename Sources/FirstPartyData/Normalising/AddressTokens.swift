/// The words of an address in capital letters.
struct AddressTokens {
  private(set) var words: [String]

  /// The words of a text. They end at blanks, commas, full stops, exclamation marks and brackets. "C/O" is no word.
  init(_ text: String) {
    words = []
    var word = ""
    for scalar in text.unicodeScalars {
      if Self.isDelimiter(scalar) {
        end(&word)
      } else {
        word.unicodeScalars.append(scalar)
      }
    }
    end(&word)
  }

  private mutating func end(_ word: inout String) {
    words += Self.withoutCareOf(word)
    word = ""
  }

  private static func isDelimiter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case ",", ".", "!", "(", ")", "[", "]", "{", "}", "\u{1C}"..."\u{1F}": true
    default: scalar.properties.isWhitespace
    }
  }

  /// The parts of a word before and after "C/O", unless that is part of a longer word.
  private static func withoutCareOf(_ word: String) -> [String] {
    guard !word.isEmpty else { return [] }
    guard let found = word.ranges(of: "C/O").first(where: { isAlone($0, in: word) }) else { return [word] }
    let before = String(word[..<found.lowerBound])
    return (before.isEmpty ? [] : [before]) + withoutCareOf(String(word[found.upperBound...]))
  }

  private static func isAlone(_ range: Range<String.Index>, in word: String) -> Bool {
    func isWordCharacter(_ scalar: Unicode.Scalar?) -> Bool {
      scalar.map { $0 == "_" || $0.isLetterOrNumber } ?? false
    }
    return !isWordCharacter(word[..<range.lowerBound].unicodeScalars.last)
      && !isWordCharacter(word[range.upperBound...].unicodeScalars.first)
  }

  /// Splits "12-A" into "12" and "A": a number, and something other than a number after the last dash. As in the public
  /// clients, only the words that existed at first are looked at.
  mutating func splitAtDashes() {
    for index in 0..<words.count {
      let word = words[index]
      guard let dash = word.lastIndex(of: "-") else { continue }
      let first = word[..<dash]
      let second = word[dash...].dropFirst()
      if !second.isEmpty, Self.isNumber(first), !Self.isNumber(second) {
        words.replaceSubrange(index...index, with: [String(first), String(second)])
      }
    }
  }

  private static func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.unicodeScalars.allSatisfy { $0.properties.numericType != nil }
  }

  /// Splits "APT#5" into "APT", "#" and "5". Other characters of such a word than letters before the sign and letters,
  /// digits, dashes and slashes after it are left out, as in the public clients.
  mutating func splitAtNumberSigns() {
    for start in 0..<words.count where words[start].contains("#") {
      var index = start
      for match in words[start].matches(of: /([A-Z]*)#([0-9A-Z\-\/]*)/) {
        let parts = [String(match.1), "#", String(match.2)].filter { !$0.isEmpty }
        guard parts.count > 1 else { continue }
        words.replaceSubrange(index...index, with: parts)
        index += parts.count - 1
      }
    }
  }
}
