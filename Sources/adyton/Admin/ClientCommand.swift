import ArgumentParser
import CleanRoom
import Foundation
import Login
import Metadata

/// `adyton admin client`
struct ClientCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client", abstract: "Applications that may ask for tokens: one a company.",
    subcommands: [
      Create.self, List.self, SetReturnURLs.self, RotateSecret.self, RevokeTokens.self, Delete.self,
    ])

  /// `adyton admin client create`
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create",
      abstract: "Make a client of a company.",
      discussion: """
        With --return-url users can let it act for them on the consent page. With --instance it may also act by itself \
        for the instances' accounts, with the refresh token. Secrets are shown once.
        """)

    @OptionGroup var options: AdminOptions

    @Option(help: "What the client is called.")
    var name: String

    @Option(help: "The company behind it, which has one client; none for a client of your own.")
    var company: String?

    @Option(name: .customLong("instance"), help: "An instance whose account it may act for; may be given again.")
    var instances: [String] = []

    @Option(name: .customLong("return-url"), help: "An address that users may be sent back to; may be given again.")
    var returnURLs: [String] = []

    func validate() throws {
      try NameCheck.validate(name)
      if let company { try NameCheck.validate(company) }
    }

    func run() async throws {
      try await options.withLogin { store in
        var accounts: Set<String> = []
        for id in instances {
          guard let instance = try await store.read({ try $0.find(InstanceRecord.self, id: id) }) else {
            throw CleanRoomError.unknownInstance
          }
          accounts.insert(instance.accountID)
        }
        let credentials = try await LoginService(store: store).registerClient(
          name: name, company: company, returnURLs: Set(returnURLs), at: Date())
        for account in accounts.sorted() {
          try await InstanceService(store: store).grantAccess(
            clientID: credentials.clientID, accountID: account, at: Date())
        }
        var fields = [("clientId", credentials.clientID), ("clientSecret", credentials.clientSecret)]
        // Without accounts of its own there is nothing to do with it.
        if !accounts.isEmpty { fields.append(("refreshToken", credentials.refreshToken)) }
        try printFields(fields, json: options.json)
      }
    }
  }

  /// `adyton admin client list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List all clients: id, company, return URLs, name.")

    @OptionGroup var options: AdminOptions

    func run() async throws {
      try await options.withLogin { store in
        let rows = try await LoginService(store: store).clients().map { client, returnURLs in
          [client.id, client.company ?? "", returnURLs.joined(separator: " "), client.name]
        }
        try printRows(["clientId", "company", "returnURLs", "name"], rows, json: options.json)
      }
    }
  }

  /// `adyton admin client set-return-urls`
  struct SetReturnURLs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set-return-urls",
      abstract: "Say where users may be sent back to, in place of what was said before.",
      discussion: "https://…, or http:// on this machine itself. Clients have to name one of them to the letter.")

    @OptionGroup var options: AdminOptions

    @Option(help: "The client's id.")
    var client: String

    @Argument(help: "The addresses; none for a client that users can't let in.")
    var urls: [String] = []

    func run() async throws {
      try await options.withLogin { store in
        try await LoginService(store: store).setReturnURLs(Set(urls), clientID: client, at: Date())
        try printFields([("returnURLs", Set(urls).sorted().joined(separator: " "))], json: options.json)
      }
    }
  }

  /// `adyton admin client rotate-secret`
  struct RotateSecret: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rotate-secret", abstract: "Give a client a new secret, which is shown once.")

    @OptionGroup var options: AdminOptions

    @Option(help: "The client's id.")
    var client: String

    @Option(help: "For how many hours the present secret lives on, up to 720.")
    var overlapHours = 0.0

    func validate() throws {
      guard (0...LoginService.secretOverlapLimitSeconds / 3600).contains(overlapHours) else {
        throw ValidationError("--overlap-hours must be from 0 to 720.")
      }
    }

    func run() async throws {
      try await options.withLogin { store in
        let secret = try await LoginService(store: store).rotateSecret(
          clientID: client, overlapSeconds: overlapHours * 3600, at: Date())
        try printFields([("clientId", client), ("clientSecret", secret)], json: options.json)
      }
    }
  }

  /// `adyton admin client revoke-tokens`
  struct RevokeTokens: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "revoke-tokens",
      abstract: "Take back the tokens of a client; of one user with it, where one is named.",
      discussion: "The refresh token of `create-client` is among them. A client that was revoked can ask users again.")

    @OptionGroup var options: AdminOptions

    @Option(help: "The client's id.")
    var client: String

    @Option(help: "The e-mail address of a user.")
    var user: String?

    func run() async throws {
      try await options.withLogin { store in
        var userID: String?
        if let user {
          guard let found = try await store.read({ try $0.user(emailAddress: user) }) else {
            throw UserError.unknownUser
          }
          userID = found.id
        }
        let count = try await LoginService(store: store).revokeTokens(clientID: client, userID: userID, at: Date())
        try printFields([("revokedRefreshTokens", String(count))], json: options.json)
      }
    }
  }

  /// `adyton admin client delete`
  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "delete", abstract: "End a client: its tokens are revoked, and it gets no more.",
      discussion: "What it has made stays with the instances. Its company may have another client.")

    @OptionGroup var options: AdminOptions

    @Option(help: "The client's id.")
    var client: String

    func run() async throws {
      try await options.withLogin { store in
        try await LoginService(store: store).deleteClient(id: client, at: Date())
        try printFields([("deleted", client)], json: options.json)
      }
    }
  }
}
