import ArgumentParser

/// `adyton admin`: everything that an operator manages, from the machine itself.
///
/// All commands below it are `adyton admin NOUN VERB`. Whatever a command acts on is named by an option, and the same
/// option wherever it is named: `--instance`, `--account`, `--client`, `--email` and so on.
struct AdminCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "admin",
    abstract: "Manage accounts, instances, advertisers, clients, users and their rights.",
    discussion: """
      Commands work on the data folder, while a server runs or not.

        adyton admin instance create --id shop --name "Our shop"
        adyton admin client create --name reporting --instance shop

      The audit log has every change: `adyton admin audit list`.
      """,
    subcommands: [
      AccountCommand.self, InstanceCommand.self, AdvertiserCommand.self, BucketCommand.self, FeatureCommand.self,
      BudgetCommand.self, DataSetCommand.self, DestinationCommand.self, ClientCommand.self, SecretCommand.self,
      TokenCommand.self, TermsCommand.self, UserCommand.self, PasswordCommand.self, InvitationCommand.self,
      AuditCommand.self, KeyCommand.self, StorageCommand.self,
    ])
}
