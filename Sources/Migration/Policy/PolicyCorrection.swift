/// A policy under which results can be delivered, and what was changed for it.
///
/// For every other principal, and for every other action of the account, it says what the policy said before.
package struct PolicyCorrection: Sendable {
  package private(set) var policy: DeliveryPolicy
  /// The changes, in plain words; none where the policy was fine.
  package private(set) var changes: [String] = []
  /// Changes that are left to be made by hand, because no statement can say it without saying more.
  package private(set) var remaining: [String] = []

  /// Corrects a policy as far as that is possible.
  package init(_ original: DeliveryPolicy) {
    policy = original
    liftDenials()
    grant()
  }

  // MARK: Granting

  /// Adds a statement for the actions that no statement allows everywhere in the bucket.
  private mutating func grant() {
    let missing = DeliveryPolicy.actions.filter { action in
      policy.probes.contains { key in
        policy.policy?.verdicts(on: policy.request(action, key)).contains { $0.allows && $0.applies } != true
      }
    }
    guard !missing.isEmpty else { return }
    let principal = policy.account.arn ?? policy.account.rootARN
    let statement = JSONNode.object([
      .init("Sid", .string(freeSid("AggregationDelivery"))), .init("Effect", .string("Allow")),
      .init("Principal", .object([.init("AWS", .string(principal))])),
      .init("Action", missing.count == 1 ? .string(missing[0]) : .array(missing.map { .string($0) })),
      .init("Resource", .string("arn:aws:s3:::\(policy.bucket)/*")),
    ])
    set(policy.statements + [statement])
    changes.append(
      "Added a statement that allows \(missing.joined(separator: " and ")) on arn:aws:s3:::\(policy.bucket)/* "
        + "to \(principal)."
    )
  }

  private func freeSid(_ wish: String) -> String {
    let taken = Set(policy.statements.compactMap { $0["Sid"]?.string })
    guard taken.contains(wish) else { return wish }
    return (2...(taken.count + 2)).lazy.map { "\(wish)\($0)" }.first { !taken.contains($0) } ?? wish
  }

  // MARK: Denials

  /// Exempts the account's deliveries from statements that deny them.
  private mutating func liftDenials() {
    let blocking = Set(DeliveryPolicy.actions.flatMap { policy.blocking($0).map(\.statement) })
    guard !blocking.isEmpty else { return }
    var statements: [JSONNode] = []
    for (index, statement) in policy.statements.enumerated() {
      guard blocking.contains(index) else {
        statements.append(statement)
        continue
      }
      let name = policy.name(of: index)
      guard let exempted = DenialExemption(accountID: policy.account.id).statements(for: statement) else {
        remaining.append(
          "\(name) denies the delivery by a pattern that can't be narrowed without changing what it says of other "
            + "actions: exclude the account \(policy.account.id) from it by hand.")
        statements.append(statement)
        continue
      }
      changes.append(
        "\(name) does not deny \(DeliveryPolicy.actions.joined(separator: " and ")) to the account "
          + "\(policy.account.id) any more; to everyone else, and for other actions, it says what it said.")
      statements += exempted
    }
    set(statements)
  }

  private mutating func set(_ statements: [JSONNode]) {
    policy = policy.with(policy.document.setting("Statement", to: .array(statements)))
  }
}

/// Narrows a statement that denies, so that it leaves out two actions of one account and says the same of everything
/// else.
struct DenialExemption {
  let accountID: String

  private static let key = "aws:PrincipalAccount"
  private static let condition = "Condition"

  /// The statements that replace a denial: one for everyone but the account, and one that denies the account the other
  /// actions as before. Nil where that can't be said.
  func statements(for statement: JSONNode) -> [JSONNode]? {
    guard let others = restricted(statement, to: "StringNotEquals") else { return nil }
    guard let rest = withoutDelivery(statement) else { return nil }
    switch rest {
    case .nothing: return [others]
    case .statement(let statement):
      guard let own = restricted(statement, to: "StringEquals") else { return nil }
      return [others, withoutSid(own)]
    }
  }

  private enum Rest {
    case nothing
    case statement(JSONNode)
  }

  /// The statement with one more condition: on the account of the caller.
  private func restricted(_ statement: JSONNode, to comparison: String) -> JSONNode? {
    let conditions = statement[Self.condition] ?? .object([])
    let keys = conditions[comparison] ?? .object([])
    guard let names = keys.members?.map({ $0.name.lowercased() }), conditions.members != nil,
      !names.contains(Self.key.lowercased())
    else { return nil }
    let narrowed = conditions.setting(comparison, to: keys.setting(Self.key, to: .string(accountID)))
    return statement.setting(Self.condition, to: narrowed)
  }

  /// The statement without the actions of a delivery.
  private func withoutDelivery(_ statement: JSONNode) -> Rest? {
    if let actions = statement["NotAction"]?.strings {
      let all = actions + DeliveryPolicy.actions.filter { !actions.contains($0) }
      return .statement(statement.setting("NotAction", to: .array(all.map { .string($0) })))
    }
    guard let actions = statement["Action"]?.strings else { return nil }
    let delivery = Set(DeliveryPolicy.actions.map { $0.lowercased() })
    if actions.contains(where: { ["*", "s3:*"].contains($0.lowercased()) }) {
      // Every action of a bucket but those two.
      return .statement(
        statement.renaming("Action", to: "NotAction", value: .array(DeliveryPolicy.actions.map { .string($0) })))
    }
    let rest = actions.filter { !delivery.contains($0.lowercased()) }
    // A pattern that covers one of the two covers others, which would need to be named one by one.
    guard !rest.contains(where: { pattern in delivery.contains { Self.covers(pattern, $0) } }) else { return nil }
    return rest.isEmpty ? .nothing : .statement(statement.setting("Action", to: .array(rest.map { .string($0) })))
  }

  /// Whether a pattern may cover an action: no pattern without `*` or `?` does, unless it is the action itself.
  private static func covers(_ pattern: String, _ action: String) -> Bool {
    guard let wild = pattern.firstIndex(where: { $0 == "*" || $0 == "?" }) else {
      return pattern.lowercased() == action
    }
    return action.hasPrefix(pattern[..<wild].lowercased())
  }

  /// Sids are there once.
  private func withoutSid(_ statement: JSONNode) -> JSONNode {
    guard case .object(let members) = statement else { return statement }
    return .object(members.filter { $0.name != "Sid" })
  }
}

extension JSONNode {
  /// The object with another name and value for a member, at the same position.
  fileprivate func renaming(_ name: String, to newName: String, value: JSONNode) -> JSONNode {
    guard case .object(var members) = self, let index = members.lastIndex(where: { $0.name == name }) else {
      return self
    }
    members[index] = Member(newName, value)
    return .object(members)
  }
}
