import ArgumentParser
import CleanRoom
import Warehouse

/// The limits of files that are loaded and uploaded.
struct LoadOptions: ParsableArguments {
  @Option(
    name: .customLong("line-kib"),
    help: "The longest line of text, or record of CSV, in files that are uploaded, in KiB (ADYTON_LINE_KIB).")
  var lineKiB = Setting("ADYTON_LINE_KIB", default: LoadLimits().lineByteLimit >> 10)

  @Option(
    name: .customLong("unpacked-gib"),
    help: "The size of all files of an upload once they are unpacked, in GiB (ADYTON_UNPACKED_GIB).")
  var unpackedGiB = Setting("ADYTON_UNPACKED_GIB", default: LoadLimits().unpackedByteLimit >> 30)

  @Option(
    name: .customLong("upload-gib"),
    help: "The size of all files of an upload as they are in the bucket, in GiB (ADYTON_UPLOAD_GIB).")
  var uploadGiB = Setting("ADYTON_UPLOAD_GIB", default: CleanRoomSettings().maximumUploadBytes >> 30)

  @Option(
    name: .customLong("free-disk-mib"),
    help: "Disk space that uploads leave free, in MiB; a twentieth of a smaller disk (ADYTON_FREE_DISK_MIB).")
  var freeDiskMiB = Setting("ADYTON_FREE_DISK_MIB", default: LoadLimits().freeDiskByteCount >> 20)

  @Option(
    name: .customLong("instance-gib"),
    help: "The size of all that an instance may store, in GiB; uploads beyond it are refused (ADYTON_INSTANCE_GIB).")
  var instanceGiB = Setting("ADYTON_INSTANCE_GIB", default: CleanRoomSettings().maximumInstanceBytes >> 30)

  func validate() throws {
    var settings = CleanRoomSettings()
    _ = try limits
    try apply(to: &settings)
  }

  var limits: LoadLimits {
    get throws {
      var limits = LoadLimits()
      limits.lineByteLimit =
        try lineKiB.value("--line-kib", in: 1...LoadLimits.largestLineByteLimit >> 10) << 10
      limits.unpackedByteLimit = try unpackedGiB.value("--unpacked-gib", in: 1...1 << 30) << 30
      limits.freeDiskByteCount = try freeDiskBytes
      return limits
    }
  }

  func apply(to settings: inout CleanRoomSettings) throws {
    settings.maximumUploadBytes = try uploadGiB.value("--upload-gib", in: 1...1 << 30) << 30
    settings.maximumInstanceBytes = try instanceGiB.value("--instance-gib", in: 1...1 << 30) << 30
    settings.freeDiskBytes = try freeDiskBytes
  }

  private var freeDiskBytes: Int {
    get throws { try freeDiskMiB.value("--free-disk-mib", in: 0...1 << 30) << 20 }
  }
}
