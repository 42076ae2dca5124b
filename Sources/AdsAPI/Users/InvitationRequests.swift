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
    var drafts: [InvitationDraft] = []
    for var invitation in try batch("userInvitationRequests", body) {
      let path = invitation.path(of: "")
      let userMembers = try invitation.requiredObject("user")
      let permissionMembers = try invitation.requiredObject("permissionSet")
      try invitation.finish()
      var user = FieldReader(userMembers, path: path + "user.")
      let emailAddress = try user.requiredString("emailAddress")
      let userName = try user.string("userName") ?? emailAddress
      try user.finish()
      let role = try role(permissionMembers, path: path + "permissionSet.")
      drafts.append(InvitationDraft(emailAddress: emailAddress, userName: userName, role: role))
    }
    return drafts
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
    var changes: [(id: String, state: NewState)] = []
    for var change in try batch("userInvitationUpdateRequests", body) {
      let id = try change.requiredString("invitationId")
      let state = try change.requiredChoice("state", NewState.self)
      try change.finish()
      changes.append((id, state))
    }
    return changes
  }

  /// The objects of a batch, 1 to 50.
  private static func batch(_ name: String, _ body: FieldReader) throws(RequestError) -> [FieldReader] {
    var fields = body
    guard let objects = try fields.objects(name) else { throw .missingField(name) }
    // Nobody is notified here, whatever the client wishes.
    _ = try fields.boolean("notifyInvitedUsers")
    try fields.finish()
    guard (1...InvitationService.batchLimit).contains(objects.count) else {
      throw .wrongType(name, expected: "an array of 1 to \(InvitationService.batchLimit) objects")
    }
    return objects
  }
}
