/// Whether something holds, as far as can be known.
enum Truth: Hashable, Sendable {
  case yes
  case no
  case unknown

  static func all(_ truths: [Truth]) -> Truth {
    truths.contains(.no) ? .no : truths.contains(.unknown) ? .unknown : .yes
  }

  static func any(_ truths: [Truth]) -> Truth {
    truths.contains(.yes) ? .yes : truths.contains(.unknown) ? .unknown : .no
  }

  var negated: Truth {
    switch self {
    case .yes: .no
    case .no: .yes
    case .unknown: .unknown
    }
  }

  init(_ isTrue: Bool) {
    self = isTrue ? .yes : .no
  }
}

/// One statement of a policy.
struct PolicyStatement: Hashable, Sendable, Decodable {
  enum Effect: String, Decodable {
    case allow = "Allow"
    case deny = "Deny"
  }

  let effect: Effect
  private let principal: PolicyPrincipal?
  private let notPrincipal: PolicyPrincipal?
  private let action: OneOrMany<String>?
  private let notAction: OneOrMany<String>?
  private let resource: OneOrMany<String>?
  private let notResource: OneOrMany<String>?
  private let conditions: [String: [String: OneOrMany<ConditionValue>]]?

  private enum CodingKeys: String, CodingKey {
    case effect = "Effect"
    case principal = "Principal"
    case notPrincipal = "NotPrincipal"
    case action = "Action"
    case notAction = "NotAction"
    case resource = "Resource"
    case notResource = "NotResource"
    case conditions = "Condition"
  }

  /// Whether the statement speaks of the request.
  func applies(to request: BucketPolicy.Request) -> Truth {
    Truth.all(PolicyElement.allCases.map { element($0, appliesTo: request) })
  }

  /// Whether one element of the statement speaks of the request.
  func element(_ element: PolicyElement, appliesTo request: BucketPolicy.Request) -> Truth {
    switch element {
    case .principal: one(principal, or: notPrincipal) { $0.matches(request.account) }
    case .action:
      one(action, or: notAction) { patterns in
        let action = request.action.lowercased()
        return Truth(patterns.values.contains { PolicyPattern.matches($0.lowercased(), action) })
      }
    case .resource:
      one(resource, or: notResource) { patterns in
        Truth.any(patterns.values.map { Self.resource($0, matches: request.resource) })
      }
    case .condition: PolicyCondition.holds(conditions ?? [:], in: request.context)
    }
  }

  /// Whether an element or its opposite matches, of which a statement has one.
  private func one<Element>(_ element: Element?, or opposite: Element?, _ matches: (Element) -> Truth) -> Truth {
    switch (element, opposite) {
    case (let element?, nil): matches(element)
    case (nil, let opposite?): matches(opposite).negated
    case (nil, nil), (_?, _?): .unknown
    }
  }

  private static func resource(_ pattern: String, matches resource: String) -> Truth {
    // A variable stands for something that only the service knows.
    pattern.contains("${") ? .unknown : Truth(PolicyPattern.matches(pattern, resource))
  }
}

/// The principals that a statement is about.
enum PolicyPrincipal: Hashable, Sendable, Decodable {
  case everyone
  /// The values of `AWS`; services and others that are no accounts are left out.
  case accounts([String])

  init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      guard text == "*" else {
        throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "Principal"))
      }
      self = .everyone
      return
    }
    let kinds = try [String: OneOrMany<String>](from: decoder)
    self = .accounts(kinds["AWS"]?.values ?? [])
  }

  func matches(_ account: DeliveryAccount) -> Truth {
    switch self {
    case .everyone: .yes
    case .accounts(let principals): Truth.any(principals.map(account.matches))
    }
  }
}

/// A value, or a list of values.
struct OneOrMany<Value: Decodable & Hashable & Sendable>: Hashable, Sendable, Decodable {
  let values: [Value]

  init(from decoder: any Decoder) throws {
    if let list = try? [Value](from: decoder) {
      values = list
    } else {
      values = [try Value(from: decoder)]
    }
  }
}

/// A text with `*` for any text and `?` for any one character.
enum PolicyPattern {
  /// Takes no longer than the product of both lengths, whatever the pattern.
  static func matches(_ pattern: String, _ text: String) -> Bool {
    let pattern = Array(pattern)
    let text = Array(text)
    var (index, position) = (0, 0)
    // Where the last `*` is, and up to where it stands for what was read.
    var star: (index: Int, position: Int)?
    while position < text.count {
      if index < pattern.count, pattern[index] == "*" {
        star = (index, position)
        index += 1
      } else if index < pattern.count, pattern[index] == "?" || pattern[index] == text[position] {
        index += 1
        position += 1
      } else if let last = star {
        star = (last.index, last.position + 1)
        (index, position) = (last.index + 1, last.position + 1)
      } else {
        return false
      }
    }
    return pattern[index...].allSatisfy { $0 == "*" }
  }
}
