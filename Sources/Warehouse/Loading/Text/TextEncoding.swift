/// The encoding of a text file. Files are UTF-8 unless another encoding is said.
public enum TextEncoding: String, Sendable, Hashable, CaseIterable {
  case utf8 = "utf-8"
  /// In the byte order that the file's first two bytes tell; little-endian if they tell none.
  case utf16 = "utf-16"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"
  case windows1250 = "windows-1250"
  case windows1251 = "windows-1251"
  /// Also for files in Latin-1, whose letters are all the same.
  case windows1252 = "windows-1252"
  case windows1253 = "windows-1253"
  case windows1254 = "windows-1254"
  case windows1257 = "windows-1257"
  case latin2 = "iso-8859-2"
  case latin9 = "iso-8859-15"
  case macintosh
  /// The code page of DOS in western Europe.
  case cp850
  case shiftJIS = "shift_jis"
  case eucJP = "euc-jp"
  /// Also for files in GBK and GB 2312, which it contains.
  case gb18030
  case big5
  case eucKR = "euc-kr"

  /// Other names of encodings. Browsers read Latin-1 and ASCII as Windows-1252, too.
  private static let otherNames: [String: TextEncoding] = [
    "utf8": .utf8, "utf16": .utf16, "latin1": .windows1252, "latin2": .latin2, "latin9": .latin9,
    "iso88591": .windows1252, "ascii": .windows1252, "usascii": .windows1252, "ansi": .windows1252,
    "macroman": .macintosh, "mac": .macintosh, "ibm850": .cp850, "sjis": .shiftJIS, "cp932": .shiftJIS,
    "windows31j": .shiftJIS, "ms932": .shiftJIS, "gbk": .gb18030, "gb2312": .gb18030, "cp936": .gb18030,
    "cp949": .eucKR, "uhc": .eucKR, "ujis": .eucJP,
  ]

  /// The encoding with that name, whatever its letter case, hyphens and underlines: `Latin-1`, `cp1252`, `SJIS`.
  public init?(name: String) {
    let key = Self.key(name)
    let windows = key.hasPrefix("cp125") ? "windows" + key.dropFirst(2) : key
    guard let found = Self.allCases.first(where: { Self.key($0.rawValue) == windows }) ?? Self.otherNames[key] else {
      return nil
    }
    self = found
  }

  private static func key(_ name: String) -> String {
    name.lowercased().filter { $0.isLetter || $0.isNumber }
  }

  /// The name for iconv; nil for UTF-8, which needs no decoding.
  ///
  /// - Parameter head: The first bytes of the file.
  func decoderName(head: some Collection<UInt8>) -> String? {
    switch self {
    case .utf8: nil
    case .utf16: head.starts(with: [0xFE, 0xFF]) ? "UTF-16BE" : "UTF-16LE"
    case .utf16LittleEndian: "UTF-16LE"
    case .utf16BigEndian: "UTF-16BE"
    case .windows1250, .windows1251, .windows1252, .windows1253, .windows1254, .windows1257:
      "CP" + rawValue.dropFirst("windows-".count)
    case .latin2, .latin9: rawValue.uppercased()
    case .macintosh: "MACINTOSH"
    case .cp850: "CP850"
    case .shiftJIS: "CP932"
    case .eucJP: "EUC-JP"
    case .gb18030: "GB18030"
    case .big5: "BIG5"
    case .eucKR: "CP949"
    }
  }

  /// The name in messages.
  var title: String { self == .utf8 ? "UTF-8" : rawValue }
}
