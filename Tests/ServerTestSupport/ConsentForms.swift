import Base
package import Login

extension ConsentService.Form {
  /// A form that was not used before.
  package static func unused() -> Self {
    Self(id: RandomIdentifierGenerator.uuid(), expiresAt: Fixtures.now.addingTimeInterval(600))
  }
}
