import CleanRoom
import Metadata

/// Connections and their audiences belong to a client, which may act for many users. Each user can reach only those of
/// their own accounts.
extension Principal {
  /// Whether the connection is the client's, and everything that it connects the principal's.
  func mayUse(_ connection: ConnectionRecord, in snapshot: some MetadataReading) throws -> Bool {
    try connection.clientID == clientID && mayUseAll(of: accountIDs(of: connection, in: snapshot), in: snapshot)
  }

  /// Whether the audience is the client's, and all accounts that its members go to the principal's.
  func mayUse(_ audience: StreamedAudienceRecord, in snapshot: some MetadataReading) throws -> Bool {
    guard audience.clientID == clientID else { return false }
    var ids = try snapshot.loggedAccountIDs(audienceID: audience.id)
    if let connectionID = audience.connectionID,
      let connection = try snapshot.connection(id: connectionID, clientID: clientID)
    {
      ids.formUnion(try accountIDs(of: connection, in: snapshot))
    }
    if let instanceID = audience.dspInstanceID, let instance = try snapshot.find(InstanceRecord.self, id: instanceID) {
      ids.insert(instance.accountID)
    }
    return try mayUseAll(of: ids, in: snapshot)
  }

  private func accountIDs(of connection: ConnectionRecord, in snapshot: some MetadataReading) throws -> Set<String> {
    var ids = Set([connection.accountID].compactMap(\.self))
    for instanceID in [connection.instanceID, connection.dspInstanceID].compactMap(\.self) {
      if let instance = try snapshot.find(InstanceRecord.self, id: instanceID) { ids.insert(instance.accountID) }
    }
    return ids
  }

  /// Data that no longer belong to an account can be used by the operator's own client only.
  private func mayUseAll(of accountIDs: Set<String>, in snapshot: some MetadataReading) throws -> Bool {
    guard userID == nil || !accountIDs.isEmpty else { return false }
    return try accountIDs.allSatisfy { try account(id: $0, in: snapshot) != nil }
  }
}
