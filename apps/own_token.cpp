// Where the commands that talk to the service have their token from.
#include "apps/service_client.h"
#include "engine/access/token.h"

#include <cstdlib>
#include <fstream>
#include <sys/stat.h>

namespace rollover::apps {

namespace {

std::filesystem::path token_file() {
    const char* config = std::getenv("XDG_CONFIG_HOME");
    if (config != nullptr && *config == '/') {
        return std::filesystem::path(config) / "rollover" / "token";
    }
    const char* home = std::getenv("HOME");
    return home == nullptr || *home == '\0' ? std::filesystem::path()
                                            : std::filesystem::path(home) / ".config" / "rollover" / "token";
}

result<secret> checked(std::string text, const std::string& where) {
    if (!access::read_token(text)) {
        return failure(errc::bad_input, "what stands there is no token")
            .at(where)
            .advise("it looks like rollover_t17_..., as `rollover user token` has shown it");
    }
    return secret(std::move(text));
}

}  // namespace

result<secret> own_token() {
    const char* given = std::getenv("ROLLOVER_TOKEN");
    if (given != nullptr && *given != '\0') {
        return checked(given, "$ROLLOVER_TOKEN");
    }
    const auto file = token_file();
    struct stat about{};
    if (file.empty() || ::stat(file.c_str(), &about) != 0) {
        return secret();
    }
    if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return failure(errc::bad_input, "others can read this token")
            .at(file.string())
            .advise("chmod go= " + file.string());
    }
    std::ifstream in(file, std::ios::binary);
    std::string line;
    if (!in || !std::getline(in, line)) {
        return failure(errc::bad_input, "the token cannot be read").at(file.string());
    }
    if (line.ends_with('\r')) {
        line.pop_back();
    }
    return checked(std::move(line), file.string());
}

}  // namespace rollover::apps
