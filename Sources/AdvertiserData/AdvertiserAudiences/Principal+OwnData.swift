import CleanRoom
import Metadata

/// Connections and the audiences behind them belong to a client, which may act for many users: each of them gets to those of
/// their own accounts only.
extension Principal {
  /// Whether the connection is the client's, and all that it connects the actor's.
  func mayUse(_ connection: ConnectionRecord, in snapshot: some MetadataReading) throws -> Bool {
    try connection.clientID == clientID && mayUseAll(of: accountIDs(of: connection, in: snapshot), in: snapshot)
  }

  /// Whether the audience is the client's, and all accounts that its members go to the actor's.
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

  /// What belongs to no account any more is left to a client of the operator's own; for users it is nobody's.
  private func mayUseAll(of accountIDs: Set<String>, in snapshot: some MetadataReading) throws -> Bool {
    guard userID == nil || !accountIDs.isEmpty else { return false }
    return try accountIDs.allSatisfy { try account(id: $0, in: snapshot) != nil }
  }
}
