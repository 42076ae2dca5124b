import ArgumentParser
import Base
import CleanRoom
import Foundation
import Metadata

/// `adyton admin feature`
struct FeatureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "feature", abstract: "Subscriptions of instances to paid features.",
    subcommands: [List.self, Subscribe.self, Unsubscribe.self])

  /// A paid feature of an instance.
  struct FeatureOptions: ParsableArguments {
    @OptionGroup var instance: InstanceOption

    @Option(help: "The name of the paid feature; `adyton admin feature list` shows those that there are.")
    var feature: String
  }

  /// `adyton admin feature list`
  struct List: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List the paid features, their data sources, and which of them an instance has subscribed to.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var instance: InstanceOption

    func run(in store: MetadataStore) async throws {
      let features = try await SubscriptionService(store: store).features(instanceID: instance.id)
      if options.json {
        return try Output.json(
          features.map { entry -> JSONObject in
            [
              "feature": entry.feature.name, "title": entry.feature.title, "isSubscribed": entry.isSubscribed,
              "tables": entry.tables,
            ]
          })
      }
      for entry in features {
        let state = entry.isSubscribed ? "on" : "off"
        Output.line("\(entry.feature.name)\t\(state)\t\(entry.feature.title)\t\(entry.tables.joined(separator: " "))")
      }
    }
  }

  /// `adyton admin feature subscribe`
  struct Subscribe: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "subscribe", abstract: "Let an instance query the data sources of a paid feature.",
      discussion: """
          adyton admin feature subscribe --instance shop --feature your-garage

        A server that is running sees it with its next query. Sandbox instances have all paid features.
        """)

    @OptionGroup var options: AdminOptions
    @OptionGroup var target: FeatureOptions

    func run(in store: MetadataStore) async throws {
      let isNew = try await SubscriptionService(store: store).subscribe(
        instanceID: target.instance.id, to: target.feature, at: Date())
      try options.print(target, state: "on", wasSoBefore: !isNew)
    }
  }

  /// `adyton admin feature unsubscribe`
  struct Unsubscribe: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "unsubscribe", abstract: "End an instance's subscription to a paid feature.",
      discussion: "Its signals stay where they are; queries that read them are refused from now on.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var target: FeatureOptions

    func run(in store: MetadataStore) async throws {
      let wasOn = try await SubscriptionService(store: store).unsubscribe(
        instanceID: target.instance.id, from: target.feature, at: Date())
      try options.print(target, state: "off", wasSoBefore: !wasOn)
    }
  }
}

extension AdminOptions {
  fileprivate func print(_ target: FeatureCommand.FeatureOptions, state: String, wasSoBefore: Bool) throws {
    let (instance, feature) = (target.instance.id, target.feature.lowercased())
    try print(
      [("instance", instance), ("feature", feature), ("state", state)],
      text: "\(instance): \(feature) is \(state)\(wasSoBefore ? " already" : "")")
  }
}
