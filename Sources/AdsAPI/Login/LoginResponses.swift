import Login

/// What Login with Amazon answers.
enum LoginResponses {
  struct Token: Encodable {
    let accessToken: String
    let refreshToken: String
    let tokenType = "bearer"
    let expiresIn: Int

    enum CodingKeys: String, CodingKey {
      case accessToken = "access_token"
      case refreshToken = "refresh_token"
      case tokenType = "token_type"
      case expiresIn = "expires_in"
    }

    init(_ grant: TokenGrant) {
      accessToken = grant.accessToken
      refreshToken = grant.refreshToken
      expiresIn = grant.expiresIn
    }
  }
}
