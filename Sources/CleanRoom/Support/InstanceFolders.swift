/// The folders of an instance in the object storage, except those in `SignalKeys`.
package enum InstanceFolders {
  /// All of them, and those of `SignalKeys`.
  package static func root(of instanceID: String) -> String { "instances/\(instanceID)" }

  /// The members of an audience, with a folder for each attempt.
  package static func audience(id: String, instanceID: String) -> String { "instances/\(instanceID)/audiences/\(id)" }

  /// The result of an execution, with a folder for each attempt.
  package static func execution(id: String, instanceID: String) -> String { "instances/\(instanceID)/executions/\(id)" }

  /// The kept answer to a question with noise, by the question's fingerprint in hexadecimal.
  package static func answer(fingerprint: String, instanceID: String) -> String {
    "instances/\(instanceID)/answers/\(fingerprint)"
  }

  /// The records of advertiser audiences that wait for their job.
  package static func audienceRecords(instanceID: String) -> String { "instances/\(instanceID)/audienceRecords" }
}
