/// The tag of a bucket or of an object that names the instances that may use it.
///
/// Source: AMC's guide "Set up an S3 bucket".
package enum InstanceTag {
  /// The name of the tag.
  package static let name = "instanceId"
  /// The largest number of instances in a tag.
  package static let instanceCountLimit = 25

  /// The ids in the tag, which are separated by spaces; nil if there are more than `instanceCountLimit`.
  package static func instances(in tags: [String: String]) -> Set<String>? {
    let ids = (tags[name] ?? "").split(separator: " ")
    return ids.count <= instanceCountLimit ? Set(ids.map(String.init)) : nil
  }
}
