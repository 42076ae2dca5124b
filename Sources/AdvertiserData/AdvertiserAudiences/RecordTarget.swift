import CleanRoom
import Metadata

import struct Foundation.Date

/// The audience and the targets of a request's records, as the client names them.
package struct RecordAddress: Sendable, Hashable {
  /// The targets beside the instance.
  package enum TargetType: String, Sendable, Hashable, CaseIterable {
    case dsp = "DSP"
  }

  package var audienceID: Int64
  /// nil for the default connection, or for the DSP advertiser of an audience that was made for one alone.
  package var connectionID: String?
  /// nil for all targets of the connection; empty for the instance alone.
  package var targetTypes: [TargetType]?

  package init(audienceID: Int64, connectionID: String?, targetTypes: [TargetType]?) {
    self.audienceID = audienceID
    self.connectionID = connectionID
    self.targetTypes = targetTypes
  }
}

/// The targets of a request's records.
struct RecordTarget: Sendable {
  struct Advertiser: Sendable {
    var advertiserID: String
    var instanceID: String
  }

  var clientID: String
  var audienceID: Int64
  /// The instance whose log, which queries read, gets them; nil for the DSP alone.
  var instanceID: String?
  /// The DSP advertiser whose log gets them; nil for the instance alone.
  var dsp: Advertiser?
  /// The instance whose job processes the records.
  var workplaceID: String

  static func find(
    _ address: RecordAddress, principal: Principal, in snapshot: some MetadataReading
  ) throws -> RecordTarget {
    guard let audience = try snapshot.find(StreamedAudienceRecord.self, id: address.audienceID),
      try principal.mayUse(audience, in: snapshot)
    else { throw CleanRoomError.invalidField(name: "audienceId", reason: "is not one of the client's audiences.") }
    let target = try find(address, audience, principal, in: snapshot)
    for instanceID in Set([target.instanceID, target.dsp?.instanceID].compactMap(\.self))
    where try !principal.mayUse(instanceID: instanceID, in: snapshot) {
      throw CleanRoomError.instanceForbidden
    }
    return target
  }

  private static func find(
    _ address: RecordAddress, _ audience: StreamedAudienceRecord, _ principal: Principal,
    in snapshot: some MetadataReading
  ) throws -> RecordTarget {
    guard let connection = try connection(address, audience, in: snapshot) else {
      guard let advertiser = audience.dspAdvertiser else { throw CleanRoomError.noDefaultConnection }
      return try RecordTarget(audience, instanceID: nil, dsp: advertiser)
    }
    switch address.targetTypes {
    case nil: return try RecordTarget(audience, instanceID: connection.instanceID, dsp: connection.dspAdvertiser)
    case .some(let types) where types.contains(.dsp):
      guard let advertiser = connection.dspAdvertiser else {
        throw CleanRoomError.invalidField(
          name: "targetResource.targetTypes", reason: "has DSP, but the connection has no DSP advertiser.")
      }
      return try RecordTarget(audience, instanceID: connection.instanceID, dsp: advertiser)
    case .some: return try RecordTarget(audience, instanceID: connection.instanceID, dsp: nil)
    }
  }

  private init(_ audience: StreamedAudienceRecord, instanceID: String?, dsp: Advertiser?) throws(CleanRoomError) {
    guard let workplace = instanceID ?? dsp?.instanceID else {
      throw .invalidField(
        name: "targetResource.targetTypes", reason: "is without DSP, but the connection has no instance.")
    }
    clientID = audience.clientID
    audienceID = audience.id
    self.instanceID = instanceID
    self.dsp = dsp
    workplaceID = workplace
  }

  /// The connection; nil for an audience that was made for a DSP advertiser alone, if the request names no connection.
  private static func connection(
    _ address: RecordAddress, _ audience: StreamedAudienceRecord, in snapshot: some MetadataReading
  ) throws -> ConnectionRecord? {
    if let id = address.connectionID, !id.isEmpty {
      guard let connection = try snapshot.connection(id: id, clientID: audience.clientID) else {
        throw CleanRoomError.invalidField(
          name: "targetResource.connectionId", reason: "is not one of the client's connections.")
      }
      return connection
    }
    guard audience.connectionID != nil else { return nil }
    guard let connection = try snapshot.defaultConnection(clientID: audience.clientID) else {
      throw CleanRoomError.noDefaultConnection
    }
    return connection
  }

  /// The default country of the records' people: the audience's, or else that of the DSP advertiser.
  func countryCode(in snapshot: some MetadataReading) throws -> String? {
    if let country = try snapshot.find(StreamedAudienceRecord.self, id: audienceID)?.countryCode { return country }
    guard let dsp, let accountID = try snapshot.find(InstanceRecord.self, id: dsp.instanceID)?.accountID,
      let marketplaceID = try snapshot.find(AccountRecord.self, id: accountID)?.marketplaceID
    else { return nil }
    return Marketplace(id: marketplaceID)?.countryCode
  }

  /// The id of the log for an instance or DSP advertiser. It is made if it does not exist, and the audience belongs to
  /// it from now on.
  func log(
    _ instanceID: String, dspAdvertiserID: String?, newID: String, in transaction: WriteTransaction, at now: Date
  ) throws -> String {
    let known = try transaction.audienceLog(
      clientID: clientID, instanceID: instanceID, dspAdvertiserID: dspAdvertiserID)
    if known == nil {
      try transaction.insert(
        AudienceLogRecord(
          id: newID, clientID: clientID, instanceID: instanceID, dspAdvertiserID: dspAdvertiserID, createdAt: now))
    }
    let id = known?.id ?? newID
    try transaction.note(audienceID: audienceID, inLog: id)
    return id
  }
}

extension ConnectionRecord {
  fileprivate var dspAdvertiser: RecordTarget.Advertiser? {
    guard let dspAdvertiserID, let dspInstanceID else { return nil }
    return RecordTarget.Advertiser(advertiserID: dspAdvertiserID, instanceID: dspInstanceID)
  }
}

extension StreamedAudienceRecord {
  fileprivate var dspAdvertiser: RecordTarget.Advertiser? {
    guard let dspAdvertiserID, let dspInstanceID else { return nil }
    return RecordTarget.Advertiser(advertiserID: dspAdvertiserID, instanceID: dspInstanceID)
  }
}
