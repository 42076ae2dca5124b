package import Base
import CleanRoom
import Foundation
package import Metadata
import ObjectStorage
import Warehouse

/// Destinations of exports and what goes there, for the operator: no client can do any of it.
package struct DestinationService: Sendable {
  /// Why something can't be done.
  package enum Failure: Error, Hashable, Sendable {
    case unknownInstance
    case unknownDestination
    case unknownAudience
    /// A bucket's name is 3 to 63 lowercase letters, digits, dots and hyphens.
    case invalidBucket
    /// The prefix can't be the beginning of a key.
    case invalidPrefix
    /// Another destination has the place, so that the two could overwrite each other.
    case placeTaken
    /// The destination and the audience are of two instances.
    case otherInstance
    case notConnected
  }

  private let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator
  private let wakeRunner: @Sendable () -> Void

  package init(
    store: MetadataStore, clock: any WallClock = SystemClock(),
    identifiers: any IdentifierGenerator = RandomIdentifierGenerator(), wakeRunner: @escaping @Sendable () -> Void = {}
  ) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
    self.wakeRunner = wakeRunner
  }

  /// A destination with what goes there.
  package struct Summary: Sendable, Hashable {
    package var destination: DestinationRecord
    package var exports: [AudienceExportRecord]
  }

  /// Makes a destination, with a secret of its own, to which nothing goes yet. Throws `Failure`.
  ///
  /// - Parameter secret: `MemberExport.secretByteCount` bytes that nobody can guess.
  package func add(
    name: String, bucket: String, prefix: String, instanceID: String, secret: [UInt8]
  ) async throws -> DestinationRecord {
    guard S3BucketName.isValid(bucket) else { throw Failure.invalidBucket }
    let prefix = prefix.split(separator: "/").joined(separator: "/")
    if !prefix.isEmpty {
      do { _ = try ObjectKey(prefix) } catch { throw Failure.invalidPrefix }
    }
    precondition(secret.count == MemberExport.secretByteCount, "a destination's secret has a fixed length")
    let destination = DestinationRecord(
      id: identifiers.uuid(), instanceID: instanceID, name: name, bucket: bucket, prefix: prefix, secret: Data(secret),
      createdAt: clock.now)
    try await store.write { transaction in
      guard let instance = try transaction.find(InstanceRecord.self, id: instanceID) else {
        throw Failure.unknownInstance
      }
      guard try !transaction.hasDestination(bucket: bucket, prefix: prefix) else { throw Failure.placeTaken }
      try transaction.insert(destination)
      try transaction.audit(
        .createDestination, of: destination.id, accountID: instance.accountID, by: .operatorAtMachine,
        at: destination.createdAt, details: ["bucket": bucket, "prefix": prefix, "instance": instanceID])
    }
    return destination
  }

  /// The destinations, oldest first; of one instance, where one is given.
  package func destinations(instanceID: String? = nil) async throws -> [Summary] {
    try await store.read { snapshot in
      try snapshot.destinations(instanceID: instanceID).map {
        Summary(destination: $0, exports: try snapshot.audienceExports(destinationID: $0.id))
      }
    }
  }

  /// Takes a destination away: what was exported there is removed, and its secret forgotten. Throws `Failure`.
  package func remove(id: String) async throws {
    let now = clock.now
    try await store.write { transaction in
      var destination = try Self.destination(id, transaction)
      destination.removedAt = now
      // What is removed needs no ids any more.
      destination.secret = Data()
      try transaction.update(destination)
      for var export in try transaction.audienceExports(destinationID: id) {
        export.isConnected = false
        try transaction.request(export, at: now)
      }
      try Self.audit(.deleteDestination, of: destination, transaction, at: now)
    }
    wakeRunner()
  }

  /// Lets the members of an audience go to a destination from now on, and those that it has now at once; again exports them again where
  /// the last try has failed. Throws `Failure`.
  package func connect(audienceID: String, to id: String) async throws {
    let now = clock.now
    let exportID = identifiers.uuid()
    try await store.write { transaction in
      let destination = try Self.destination(id, transaction)
      guard let audience = try transaction.find(AudienceRecord.self, id: audienceID) else {
        throw Failure.unknownAudience
      }
      guard audience.instanceID == destination.instanceID,
        let instance = try transaction.find(InstanceRecord.self, id: audience.instanceID)
      else { throw Failure.otherInstance }
      try Self.audit(.connectAudience, of: destination, transaction, at: now, audienceID: audienceID)
      if var known = try transaction.audienceExport(destinationID: id, audienceID: audienceID) {
        known.isConnected = true
        return try transaction.request(known, at: now)
      }
      let export = AudienceExportRecord(
        id: exportID, destinationID: id, instanceID: instance.id, accountID: instance.accountID,
        audienceID: audienceID, createdAt: now)
      try transaction.insert(export)
      try transaction.request(export, at: now)
    }
    wakeRunner()
  }

  /// Lets the members of an audience go there no longer, and removes those that are there. Throws `Failure`.
  package func disconnect(audienceID: String, from id: String) async throws {
    let now = clock.now
    try await store.write { transaction in
      let destination = try Self.destination(id, transaction)
      guard var export = try transaction.audienceExport(destinationID: id, audienceID: audienceID), export.isConnected
      else { throw Failure.notConnected }
      try Self.audit(.disconnectAudience, of: destination, transaction, at: now, audienceID: audienceID)
      export.isConnected = false
      try transaction.request(export, at: now)
    }
    wakeRunner()
  }

  private static func destination(
    _ id: String, _ transaction: WriteTransaction
  ) throws -> DestinationRecord {
    guard let destination = try transaction.find(DestinationRecord.self, id: id), destination.removedAt == nil else {
      throw Failure.unknownDestination
    }
    return destination
  }

  private static func audit(
    _ action: AuditAction, of destination: DestinationRecord, _ transaction: WriteTransaction, at now: Date,
    audienceID: String? = nil
  ) throws {
    try transaction.audit(
      action, of: destination.id,
      accountID: try transaction.find(InstanceRecord.self, id: destination.instanceID)?.accountID,
      by: .operatorAtMachine, at: now, details: audienceID.map { ["audience": $0] } ?? [:])
  }
}

extension AuditAction {
  static let createDestination = AuditAction("destination.create")
  static let deleteDestination = AuditAction("destination.delete")
  static let connectAudience = AuditAction("destination.connect")
  static let disconnectAudience = AuditAction("destination.disconnect")
}
