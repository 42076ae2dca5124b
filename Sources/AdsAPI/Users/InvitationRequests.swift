import Base
import CleanRoom
import Foundation
import Login
import Metadata

/// Reads requests for invitations.
enum InvitationRequests {
  /// The state that a client gives an invitation: taken back, or sent again.
  enum NewState: String, CaseIterable {
    case revoked = "REVOKED"
    case pending = "PENDING"
  }

  static func drafts(_ body: FieldReader) throws(RequestError) -> [InvitationDraft] {
    var fields = body
    let elements = try batch("userInvitationRequests", &fields)
    // Nobody is notified here, whatever the client wishes.
    _ = try fields.boolean("notifyInvitedUsers")
    try fields.finish()
    var drafts: [InvitationDraft] = []
    for (index, element) in elements.enumerated() {
      drafts.append(try draft(element, path: "userInvitationRequests[\(index)]."))
    }
    return drafts
  }

  private static func draft(_ members: [String: JSONValue], path: String) throws(RequestError) -> InvitationDraft {
    var fields = FieldReader(members, path: path)
    let userMembers = try fields.requiredObject("user")
    let permissionMembers = try fields.requiredObject("permissionSet")
    try fields.finish()
    var user = FieldReader(userMembers, path: path + "user.")
    let emailAddress = try user.requiredString("emailAddress")
    let userName = try user.string("userName") ?? emailAddress
    try user.finish()
    return InvitationDraft(
      emailAddress: emailAddress, userName: userName,
      role: try role(permissionMembers, path: path + "permissionSet."))
  }

  private static func role(_ members: [String: JSONValue], path: String) throws(RequestError) -> Role {
    var fields = FieldReader(members, path: path)
    guard try fields.requiredString("type") == "ROLE" else { throw .wrongType(path + "type", expected: "ROLE") }
    let roleMembers = try fields.requiredObject("role")
    try fields.finish()
    var role = FieldReader(roleMembers, path: path + "role.")
    let name = try role.requiredChoice("name", Role.self)
    try role.finish()
    return name
  }

  static func changes(_ body: FieldReader) throws(RequestError) -> [(id: String, state: NewState)] {
    var fields = body
    let elements = try batch("userInvitationUpdateRequests", &fields)
    _ = try fields.boolean("notifyInvitedUsers")
    try fields.finish()
    var changes: [(id: String, state: NewState)] = []
    for (index, element) in elements.enumerated() {
      var fields = FieldReader(element, path: "userInvitationUpdateRequests[\(index)].")
      let id = try fields.requiredString("invitationId")
      let state = try fields.requiredChoice("state", NewState.self)
      try fields.finish()
      changes.append((id, state))
    }
    return changes
  }

  /// The objects of a batch, 1 to 50.
  private static func batch(
    _ name: String, _ fields: inout FieldReader
  ) throws(RequestError) -> [[String: JSONValue]] {
    guard let elements = try fields.array(name) else { throw .missingField(name) }
    guard (1...InvitationService.batchLimit).contains(elements.count) else {
      throw .wrongType(name, expected: "an array of 1 to \(InvitationService.batchLimit) objects")
    }
    var objects: [[String: JSONValue]] = []
    for element in elements {
      guard case .object(let members) = element else { throw .wrongType(name, expected: "an array of objects") }
      objects.append(members)
    }
    return objects
  }
}
