import Base
import ObjectStorage

/// The rules for names and sizes of instances.
package enum InstanceRules {
  /// The largest number of an account's instances. AMC documents the number.
  package static let instanceCountLimit = 4_000
  /// The possible lengths of the names of an instance and its advertiser, in characters. AMC documents both numbers.
  package static let nameLengths = 3...50
  /// The largest number of an instance's advertisers. AMC documents the number.
  package static let advertiserCountLimit = 2_000
  /// The largest numbers of advertisers that one update adds, and that it removes. AMC documents the number.
  package static let advertisersPerUpdateLimit = 10
  /// The largest length of the token of a request, in characters; AMC documents none.
  package static let idempotencyTokenLengthLimit = 256

  /// Accepts letters and digits of ASCII and spaces, none of these at either end.
  ///
  /// Source: "Create an instance" in AMC's guide, and the published API for the lengths. The guide's own sample has a
  /// hyphen, which the guide's text forbids.
  static func checkName(_ name: String, field: String) throws(CleanRoomError) {
    guard name.isOfLettersAndDigits(or: " "), nameLengths.contains(name.utf8.count), name.first != " ",
      name.last != " "
    else {
      throw .invalidField(
        name: field,
        reason: "must be \(nameLengths.lowerBound) to \(nameLengths.upperBound) letters, digits and spaces, "
          + "with no space at either end.")
    }
  }

  /// Accepts the id of an AWS account: 12 digits.
  static func checkAWSAccount(_ id: String, field: String = "awsAccountId") throws(CleanRoomError) {
    guard id.utf8.count == DeliveryAccount.idLength, id.utf8.allSatisfy(\.isASCIIDigit) else {
      throw .invalidField(name: field, reason: "must be \(DeliveryAccount.idLength) digits.")
    }
  }

  static func checkBucket(_ name: String, field: String) throws(CleanRoomError) {
    guard S3BucketName.isValid(name) else {
      throw .invalidField(
        name: field, reason: "must be the name of a bucket: 3 to 63 lowercase letters, digits, dots and hyphens.")
    }
  }
}
