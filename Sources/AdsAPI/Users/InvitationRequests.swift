import Base
import CleanRoom
import Foundation
import HTTPTypes
import Hummingbird
import Login
import Metadata

/// Reads what requests for invitations hold.
enum InvitationRequests {
  /// What becomes of an invitation: it is taken back, or sent again.
  enum NewState: String, CaseIterable {
    case revoked = "REVOKED"
    case pending = "PENDING"
  }

  static func drafts(_ members: [String: JSONValue]) throws(RequestError) -> [InvitationDraft] {
    var fields = FieldReader(members)
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
    guard let userMembers = try fields.object("user") else { throw .missingField(path + "user") }
    guard let permissionMembers = try fields.object("permissionSet") else {
      throw .missingField(path + "permissionSet")
    }
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
    guard let roleMembers = try fields.object("role") else { throw .missingField(path + "role") }
    try fields.finish()
    var role = FieldReader(roleMembers, path: path + "role.")
    guard let name = try role.choice("name", Role.self) else { throw .missingField(path + "role.name") }
    try role.finish()
    return name
  }

  static func changes(
    _ members: [String: JSONValue]
  ) throws(RequestError) -> [(id: String, state: NewState)] {
    var fields = FieldReader(members)
    let elements = try batch("userInvitationUpdateRequests", &fields)
    _ = try fields.boolean("notifyInvitedUsers")
    try fields.finish()
    var changes: [(id: String, state: NewState)] = []
    for (index, element) in elements.enumerated() {
      var fields = FieldReader(element, path: "userInvitationUpdateRequests[\(index)].")
      let id = try fields.requiredString("invitationId")
      guard let state = try fields.choice("state", NewState.self) else {
        throw .missingField("userInvitationUpdateRequests[\(index)].state")
      }
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

  /// The page of the list that a body asks for; without a body the first one.
  static func page(
    _ request: Request, _ body: Data, limit: Int
  ) throws(RequestError) -> (token: String?, limit: Int) {
    guard !body.isEmpty else { return (nil, limit) }
    var fields = FieldReader(try BodyReader.object(body, of: request))
    let token = try fields.filledString("nextToken")
    let count = try fields.integer("maxResults") ?? limit
    try fields.finish()
    guard (1...limit).contains(count) else {
      throw .wrongType("maxResults", expected: "an integer from 1 to \(limit)")
    }
    return (token, count)
  }
}
