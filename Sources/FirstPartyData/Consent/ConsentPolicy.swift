/// Decides whether the person behind a record agreed to its use.
public struct ConsentPolicy: Sendable, Hashable {
  /// Whether a record of a country that asks for consent is refused when it says nothing. AMC's guide announces that for
  /// later; until then what is absent is accepted.
  public var isMandatory: Bool

  /// A policy with these settings.
  public init(isMandatory: Bool = false) {
    self.isMandatory = isMandatory
  }

  /// Whether a record with this decision may be used.
  public func accepts(_ decision: ConsentDecision) -> Bool {
    switch decision {
    case .notRequired, .granted: true
    case .absent: !isMandatory
    case .denied, .unreadable: false
    }
  }

  /// What a record's signals say. The country is a two-letter code, `UNKNOWN` or nil.
  public func decision(on signals: ConsentSignals, countryCode: String?) -> ConsentDecision {
    if signals.tcf == nil && signals.gpp == nil && signals.amazonUserData == nil && signals.amazonAdStorage == nil {
      return .absent
    }
    return .unreadable
  }
}
