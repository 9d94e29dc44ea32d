package dev.deployctl.inventory.aws;

import java.util.List;
import java.util.Map;

/** Profile files, and the credentials that the AWS CLI finds in each. */
final class AwsFilesTable {
  /**
   * One row.
   *
   * @param result {@code KEY}, {@code KEY TOKEN}, or {@code refused}, or {@code none}
   */
  record Row(
      String name,
      String config,
      String credentials,
      Map<String, String> variables,
      String result) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final String KEYS = "aws_access_key_id = AKIDA\naws_secret_access_key = s\n";
  private static final String BASE =
      "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n";
  private static final Map<String, String> PROD = Map.of("AWS_PROFILE", "prod");
  private static final String ROLE =
      "role_arn = arn:aws:iam::222222222222:role/Prod\nsource_profile = base\n";

  /** The credentials that the STS endpoint of the test returns for a role. */
  private static final String ROLE_RESULT = "ASIAROLE role-token";

  private AwsFilesTable() {}

  static List<Row> rows() {
    return List.of(
        row("plain", "", "[default]\n" + KEYS, "AKIDA"),
        row("keys indented alike", "", "[default]\n" + KEYS.indent(2), "AKIDA"),
        row("keys indented with tabs", "", "[default]\n" + KEYS.replaceAll("(?m)^", "\t"), "AKIDA"),
        row("keys indented less and less", "", "[default]\n    " + KEYS, "AKIDA"),
        row("second key too deep", "", "[default]\n" + KEYS.replace("\n", "\n  "), "refused"),
        row(
            "after a blank line still too deep",
            "",
            "[default]\n" + KEYS.replace("\n", "\n\n  "),
            "refused"),
        row("a comment between", "", "[default]\n" + KEYS.replace("\n", "\n    # why\n"), "AKIDA"),
        row("carriage returns", "", ("[default]\n" + KEYS).replace("\n", "\r\n"), "AKIDA"),
        row("section indented like its keys", "", ("[default]\n" + KEYS).indent(3), "AKIDA"),
        row(
            "colons",
            "",
            "[default]\naws_access_key_id: AKIDA\naws_secret_access_key : s\n",
            "AKIDA"),
        row("a colon before the equals sign", "", "[default]\na: b = c\n" + KEYS, "AKIDA"),
        row(
            "an equals sign in the value",
            "",
            """
            [default]
            aws_access_key_id=AKIDA
            aws_secret_access_key=a=b:c
            aws_session_token=t==
            """,
            "AKIDA t=="),
        row("keys in capitals", "", "[default]\n" + KEYS.replace("aws_", "AWS_"), "AKIDA"),
        row("text after a section", "", "[default] # mine\n" + KEYS, "AKIDA"),
        row("a key before any section", "", KEYS, "refused"),
        row("a section twice", "", "[default]\n" + KEYS + "[default]\nregion = x\n", "refused"),
        row("a key twice", "", "[default]\n" + KEYS + "AWS_ACCESS_KEY_ID = B\n", "refused"),
        row("a line that is nothing", "", "[default]\n" + KEYS + "nonsense\n", "refused"),
        row(
            "keys that belong to all sections",
            "",
            "[DEFAULT]\n" + KEYS + "[default]\noutput = json\n",
            "AKIDA"),
        row(
            "a nested value",
            "[default]\ns3 =\n  max_queue_size = 1\n  role_arn = x\n" + KEYS,
            "",
            "AKIDA"),
        row(
            "a nested value without its equals sign",
            "[default]\ns3 =\n  nonsense\n" + KEYS,
            "",
            "refused"),
        row(
            "aws_security_token",
            "",
            "[default]\n" + KEYS + "aws_security_token = old\n",
            "AKIDA old"),
        row(
            "both tokens",
            "",
            "[default]\n" + KEYS + "aws_session_token = new\naws_security_token = old\n",
            "AKIDA old"),
        row(
            "a token in the other file",
            "[default]\naws_session_token = t\n",
            "[default]\n" + KEYS,
            "AKIDA"),
        row("keys in the config file", "[default]\n" + KEYS, "", "AKIDA"),
        row(
            "keys in both",
            "[default]\n" + KEYS.replace("AKIDA", "AKIDB"),
            "[default]\n" + KEYS,
            "AKIDA"),
        row(
            "half in each file",
            "[default]\naws_access_key_id = AKIDA\n",
            "[default]\naws_secret_access_key = s\n",
            "refused"),
        row("half a pair", "", "[default]\naws_access_key_id = AKIDA\n", "refused"),
        row("an indented role", "[profile prod]\n" + ROLE.indent(2), BASE, PROD, ROLE_RESULT),
        row(
            "an indented role above keys",
            "[profile prod]\n" + ("region = eu-west-1\n" + ROLE).indent(2),
            BASE + "[prod]\n" + KEYS,
            PROD,
            ROLE_RESULT),
        row(
            "a role with text after its section",
            "[profile prod] # the [bucket account\n" + ROLE,
            BASE,
            PROD,
            ROLE_RESULT),
        row(
            "a role written with colons",
            "[profile prod]\n" + ROLE.replace(" =", ":"),
            BASE,
            PROD,
            ROLE_RESULT),
        row(
            "a source with keys and a role of its own",
            """
            [profile prod]
            role_arn = arn:aws:iam::222222222222:role/R
            source_profile = both
            [profile both]
            role_arn = arn:aws:iam::222222222222:role/never
            source_profile = nobody
            """,
            BASE.replace("base", "both"),
            PROD,
            ROLE_RESULT),
        row(
            "a role with its own keys",
            "[profile prod]\nrole_arn = arn:aws:iam::222222222222:role/R\nsource_profile = prod\n"
                + KEYS,
            "",
            PROD,
            ROLE_RESULT),
        row(
            "two sources",
            "[profile prod]\n" + ROLE + "credential_source = Environment\n",
            BASE,
            PROD,
            "refused"),
        row("a source that is not there", "[profile prod]\n" + ROLE, "", PROD, "refused"),
        row(
            "an apostrophe, quoted",
            "[profile \"Joe's Mac\"]\nregion = x\n",
            "[Joe's Mac]\n" + KEYS,
            Map.of("AWS_PROFILE", "Joe's Mac"),
            "AKIDA"),
        row(
            "an apostrophe, bare",
            "[profile Joe's]\n" + KEYS,
            "",
            Map.of("AWS_PROFILE", "Joe's"),
            "refused"),
        row(
            "blanks, quoted",
            "[profile 'two words']\n" + KEYS,
            "",
            Map.of("AWS_PROFILE", "two words"),
            "AKIDA"),
        row(
            "blanks, bare",
            "[profile two words]\n" + KEYS,
            "",
            Map.of("AWS_PROFILE", "two words"),
            "refused"),
        row(
            "quotes in the credentials file are part of the name",
            "",
            "[\"prod\"]\n" + KEYS,
            PROD,
            "refused"),
        row("two blanks before the name", "[profile   prod]\n" + KEYS, "", PROD, "AKIDA"),
        row("no prefix in the config file", "[prod]\n" + KEYS, "", PROD, "refused"),
        row("the default profile with the prefix", "[profile default]\n" + KEYS, "", "AKIDA"),
        row(
            "a missing profile beside keys in variables",
            "",
            "[default]\n" + KEYS,
            Map.of(
                "AWS_PROFILE",
                "nope",
                "AWS_ACCESS_KEY_ID",
                "AKIDVAR",
                "AWS_SECRET_ACCESS_KEY",
                "s"),
            "refused"),
        row(
            "variables before a profile",
            "",
            "[prod]\n" + KEYS,
            Map.of(
                "AWS_PROFILE",
                "prod",
                "AWS_ACCESS_KEY_ID",
                "AKIDVAR",
                "AWS_SECRET_ACCESS_KEY",
                "s",
                "AWS_SECURITY_TOKEN",
                "old"),
            "AKIDVAR old"),
        row(
            "keys in credentials before a program",
            "[default]\ncredential_process = HOME/program Z\n",
            "[default]\n" + KEYS,
            "AKIDA"),
        row(
            "a program before keys in config",
            "[default]\ncredential_process = HOME/program Z\n" + KEYS,
            "",
            "AKIDPROG"),
        row(
            "a program over two lines",
            "[default]\ncredential_process = HOME/program\n    Z\n",
            "",
            "AKIDPROG"),
        row(
            "an offset without a colon",
            "[default]\ncredential_process = HOME/program +0000\n",
            "",
            "AKIDPROG"),
        row(
            "an offset with a colon",
            "[default]\ncredential_process = HOME/program -05:30\n",
            "",
            "AKIDPROG"),
        row(
            "an offset of hours",
            "[default]\ncredential_process = HOME/program +09\n",
            "",
            "AKIDPROG"),
        row(
            "a zone by name",
            "[default]\ncredential_process = HOME/program ' UTC'\n",
            "",
            "AKIDPROG"),
        row(
            "fractions of a second",
            "[default]\ncredential_process = HOME/program .123456Z\n",
            "",
            "AKIDPROG"),
        row("no offset", "[default]\ncredential_process = HOME/program ''\n", "", "refused"),
        row("no time", "[default]\ncredential_process = HOME/program tomorrow\n", "", "refused"),
        row("nothing at all", "[default]\nregion = eu-west-1\n", "", "none"));
  }

  private static Row row(String name, String config, String credentials, String result) {
    return row(name, config, credentials, Map.of(), result);
  }

  private static Row row(
      String name,
      String config,
      String credentials,
      Map<String, String> variables,
      String result) {
    return new Row(name, config, credentials, variables, result);
  }
}
