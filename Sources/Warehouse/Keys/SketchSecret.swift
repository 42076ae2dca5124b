public import ObjectStorage

extension SignalStore {
  /// The secret number that sketches of the instance's results are made with, which the first call makes. Only sketches
  /// of the same number can be compared.
  public func sketchKey(instanceID: String) async throws(StorageError) -> Int64 {
    let secret = try await HashSecret.atKey(try SignalKeys(instanceID: instanceID).sketchSecret(), in: storage)
    let key = secret.key(for: "sketch")
    return Int64(bitPattern: Array("sketch".utf8).withUnsafeBytes { key.hash64($0) })
  }
}
