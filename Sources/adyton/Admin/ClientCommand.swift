import ArgumentParser
import CleanRoom
import Foundation
import Login
import Metadata

/// `adyton admin client`
struct ClientCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client", abstract: "Applications that may ask for tokens: one a company.",
    subcommands: [Create.self, List.self, Approve.self, Update.self, Delete.self])

  /// `adyton admin client create`
  struct Create: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "create",
      abstract: "Make a client, and show its secrets, once.",
      discussion: """
          adyton admin client create --name reporting --instance shop
          adyton admin client create --name Reports --company "Example Inc" \\
            --return-url https://app.example.com/back

        With --instance it may act by itself for the accounts of these instances, with the refresh token, and a first \
        query is printed too. With --return-url users can let it act for them on the consent page. All scopes are \
        approved for it, unless --scope names some; `adyton admin client approve` changes that.
        """)

    @OptionGroup var options: AdminOptions

    @Option(help: "The name of the client.")
    var name: String

    @Option(help: "The company behind it, which has one client; none for a client of your own.")
    var company: String?

    @Option(
      name: .customLong("instance"),
      help: ArgumentHelp("An instance whose account it may act for; may be given again.", valueName: "instance"))
    var instances: [String] = []

    @Option(name: .customLong("return-url"), help: "A URL that users may be sent back to; may be given again.")
    var returnURLs: [String] = []

    @OptionGroup var scopes: ScopeOptions

    @Option(help: "The form of the output. (default: text)")
    var format: ConnectionFormat?

    @OptionGroup(title: "Address") var address: AddressOptions

    func validate() throws {
      try NameCheck.validate(name)
      if let company { try NameCheck.validate(company) }
      guard format == nil || !options.json else { throw ValidationError("Give --format or --json, not both.") }
      let isScript = format == .curl || format == .python
      guard !isScript || !instances.isEmpty else {
        throw ValidationError("A script needs --instance: without it the client can query nothing by itself.")
      }
    }

    func run(in store: MetadataStore) async throws {
      var accounts: Set<String> = []
      for id in instances { accounts.insert(try await AdminServices.instance(id, in: store).accountID) }
      let approved = scopes.isGiven ? scopes.approved : .every
      let credentials = try await LoginService(store: store).registerClient(
        name: name, company: company, returnURLs: Set(returnURLs), approvedScopes: approved, at: Date())
      for account in accounts.sorted() {
        try await InstanceService(store: store).grantAccess(
          clientID: credentials.clientID, accountID: account, at: Date())
      }
      var place: Connection.Place?
      if let id = instances.first { place = try await store.read { try Connection.Place(instanceID: id, in: $0) } }
      let connection = Connection(base: try address.base, credentials: credentials, place: place)
      if let text = try connection.text(as: format ?? (options.json ? .json : .text)) { Output.line(text) }
    }
  }

  /// `adyton admin client list`
  struct List: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List all clients: id, company, return URLs, name, approved scopes.")

    @OptionGroup var options: AdminOptions

    func run(in store: MetadataStore) async throws {
      let rows = try await LoginService(store: store).clients().map { client, returnURLs in
        [
          client.id, client.company ?? "", returnURLs.joined(separator: " "), client.name,
          client.approvedScopes?.text ?? "",
        ]
      }
      try options.print(["clientId", "company", "returnURLs", "name", "scopes"], rows)
    }
  }

  /// `adyton admin client approve`
  struct Approve: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "approve",
      abstract: "Approve the scopes that a client may ask for, in place of those that it had.",
      discussion: """
          adyton admin client approve --client CLIENT --scope advertising::campaign_management

        A client gets tokens for approved scopes only; requests for others are refused with invalid_scope. Tokens that \
        it has lose the scopes that are no longer approved, at once.
        """)

    @OptionGroup var options: AdminOptions
    @OptionGroup var client: ClientOption
    @OptionGroup var scopes: ScopeOptions

    func validate() throws {
      guard scopes.isGiven else { throw ValidationError("Give --scope for each scope, or --no-scopes.") }
    }

    func run(in store: MetadataStore) async throws {
      try await LoginService(store: store).approve(scopes.approved, clientID: client.id, at: Date())
      try options.print([("clientId", client.id), ("scopes", scopes.approved?.text ?? "")])
    }
  }

  /// `adyton admin client update`
  struct Update: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "update",
      abstract: "Replace the return URLs of a client.",
      discussion: """
          adyton admin client update --client CLIENT --return-url https://app.example.com/back

        A return URL is https://…, or http:// on this machine itself. Clients have to name one of them to the letter. \
        Users can't let in a client that has none.
        """)

    @OptionGroup var options: AdminOptions
    @OptionGroup var client: ClientOption

    @Option(name: .customLong("return-url"), help: "A URL that users may be sent back to; may be given again.")
    var returnURLs: [String] = []

    @Flag(name: .customLong("no-return-urls"), help: "Take all return URLs away.")
    var removesReturnURLs = false

    func validate() throws {
      guard returnURLs.isEmpty == removesReturnURLs else {
        throw ValidationError("Give --return-url for each URL, or --no-return-urls.")
      }
    }

    func run(in store: MetadataStore) async throws {
      let urls = Set(returnURLs)
      try await LoginService(store: store).setReturnURLs(urls, clientID: client.id, at: Date())
      try options.print([("clientId", client.id), ("returnURLs", urls.sorted().joined(separator: " "))])
    }
  }

  /// `adyton admin client delete`
  struct Delete: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "delete", abstract: "Delete a client: its tokens are revoked, and it gets no more.",
      discussion: "Its audiences, workflows and data sets stay with the instances. Its company may have another client."
    )

    @OptionGroup var options: AdminOptions
    @OptionGroup var client: ClientOption

    func run(in store: MetadataStore) async throws {
      try await LoginService(store: store).deleteClient(id: client.id, at: Date())
      try options.print([("deleted", client.id)])
    }
  }
}
