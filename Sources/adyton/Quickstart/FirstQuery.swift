/// A measurement query from the token to the rows, as scripts that somebody can paste and change.
struct FirstQuery {
  let connection: Connection
  let place: Connection.Place

  /// Without quotation marks, so that it fits into both scripts.
  private static let query =
    "SELECT campaign, SUM(impressions) AS impressions, COUNT(DISTINCT user_id) AS users "
    + "FROM dsp_impressions GROUP BY campaign"

  /// All days: a sandbox may have been made a while ago.
  private static let window = "ALL"

  private var executions: String { "\(connection.base)/amc/reporting/\(place.instanceID)/workflowExecutions" }

  private var headers: [(name: String, value: String)] {
    [
      ("Amazon-Advertising-API-ClientId", connection.credentials.clientID),
      ("Amazon-Advertising-API-AdvertiserId", place.accountID),
      ("Amazon-Advertising-API-MarketplaceId", place.marketplaceID),
    ]
  }

  /// For any shell, with curl and sed.
  var curl: String {
    let credentials = connection.credentials
    let synthetic = place.isSandbox ? #", "requireSyntheticData": true"# : ""
    let headers = self.headers.map { "    -H '\($0.name): \($0.value)' \\" }.joined(separator: "\n")
    return """
      EXECUTIONS='\(executions)'
      TOKEN=$(curl -s '\(connection.base)/auth/o2/token' \\
        -d grant_type=refresh_token --data-urlencode 'refresh_token=\(credentials.refreshToken)' \\
        -d 'client_id=\(credentials.clientID)' \\
        -d 'client_secret=\(credentials.clientSecret)' |
        sed -n 's/.*"access_token":"\\([^"]*\\)".*/\\1/p')
      amc() {
        curl -s -H "Authorization: Bearer $TOKEN" \\
      \(headers)
          -H 'Content-Type: application/json' "$@"
      }
      CREATED=$(amc "$EXECUTIONS" \\
        -d '{"workflow": {"sqlQuery": "\(Self.query)"},
             "timeWindowType": "\(Self.window)"\(synthetic)}')
      EXECUTION=$(echo "$CREATED" | sed -n 's/.*"workflowExecutionId":"\\([^"]*\\)".*/\\1/p')
      while amc "$EXECUTIONS/$EXECUTION" | grep -qE '"status":"(PENDING|RUNNING)"'; do sleep 1; done
      RESULT=$(amc "$EXECUTIONS/$EXECUTION/downloadUrls" | sed -n 's/.*"downloadUrls":\\["\\([^"]*\\)".*/\\1/p')
      if [ "$RESULT" ]; then curl -s "$RESULT"
      elif [ "$EXECUTION" ]; then amc "$EXECUTIONS/$EXECUTION"
      else echo "$CREATED"; fi
      """
  }

  /// For Python 3, with its standard library alone.
  var python: String {
    let credentials = connection.credentials
    let headers = self.headers.map { "    \"\($0.name)\": \"\($0.value)\"," }.joined(separator: "\n")
    let synthetic = place.isSandbox ? "\n    \"requireSyntheticData\": True," : ""
    return """
      import json, time, urllib.error, urllib.parse, urllib.request

      EXECUTIONS = "\(executions)"

      def send(url, body=None, headers={}):
          try:
              with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as response:
                  return response.read().decode()
          except urllib.error.HTTPError as error:
              raise SystemExit(error.read().decode())

      token = json.loads(send("\(connection.base)/auth/o2/token", urllib.parse.urlencode({
          "grant_type": "refresh_token",
          "refresh_token": "\(credentials.refreshToken)",
          "client_id": "\(credentials.clientID)",
          "client_secret": "\(credentials.clientSecret)",
      }).encode()))["access_token"]
      headers = {
          "Authorization": "Bearer " + token,
      \(headers)
          "Accept": "application/json",
          "Content-Type": "application/json",
      }
      execution = json.loads(send(EXECUTIONS, json.dumps({
          "workflow": {"sqlQuery": "\(Self.query)"},
          "timeWindowType": "\(Self.window)",\(synthetic)
      }).encode(), headers))
      url = EXECUTIONS + "/" + execution["workflowExecutionId"]
      while execution["status"] in ("PENDING", "RUNNING", "PUBLISHING"):
          time.sleep(1)
          execution = json.loads(send(url, headers=headers))
      if execution["status"] != "SUCCEEDED":
          raise SystemExit(execution["status"] + ": " + str(execution.get("statusReason")))
      for url in json.loads(send(url + "/downloadUrls", headers=headers))["downloadUrls"]:
          print(send(url), end="")
      """
  }
}
