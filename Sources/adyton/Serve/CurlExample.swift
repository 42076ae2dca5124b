import Base
import CleanRoom
import Foundation
import Login
import Metadata

/// A request that a person can paste into a shell: the audiences of the first instance.
struct CurlExample: Sendable {
  private let token: String
  private let clientID: String
  private let instance: InstanceRecord

  /// Makes a client of its own for the request. Nil where there is no instance yet.
  init?(store: MetadataStore, clock: any WallClock) async throws {
    let provisioning = Provisioning(store: store)
    guard let instance = try await provisioning.allInstances().first else { return nil }
    let credentials = try await provisioning.createClient(name: "shell", accountIDs: [instance.accountID])
    self.instance = instance
    clientID = credentials.clientID
    token = try await provisioning.accessToken(for: credentials, clock: clock)
  }

  func text(host: String, port: Int) -> String {
    """

    A first request to paste (the token lives for an hour):

      curl http://\(host):\(port)/amc/audiences/query \\
        -H 'Authorization: Bearer \(token)' \\
        -H 'Amazon-Advertising-API-ClientId: \(clientID)' \\
        -H 'Amazon-Advertising-API-EntityId: \(instance.accountID)' \\
        -H 'Amazon-Marketing-Cloud-Audience-InstanceId: \(instance.id)' \\
        -H 'Accept: application/json'

    """
  }
}
