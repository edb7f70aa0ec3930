#include "engine/api/platform_folders.h"

#include <cstdlib>
#include <dlfcn.h>
#include <optional>
#include <string>

namespace rollover::api {

namespace fs = std::filesystem;

namespace {

/// PREFIX/share/rollover/NAME of the installed library; nothing in a build.
std::optional<fs::path> installed(const std::string& name) {
    // This code lies in PREFIX/lib*/librollover.so or in PREFIX/bin/rollover.
    Dl_info about{};
    if (::dladdr(reinterpret_cast<const void*>(&shipped_platforms), &about) == 0 || about.dli_fname == nullptr) {
        return std::nullopt;
    }
    std::error_code error;
    auto folder = fs::canonical(about.dli_fname, error).parent_path();
    for (int up = 0; up < 3 && !error && !folder.empty(); ++up, folder = folder.parent_path()) {
        auto candidate = folder / "share/rollover" / name;
        if (fs::is_directory(candidate, error)) {
            return candidate;
        }
    }
    return std::nullopt;
}

}  // namespace

fs::path shipped_platforms() {
    if (const char* given = std::getenv("ROLLOVER_PLATFORMS"); given != nullptr && *given != '\0') {
        return given;
    }
    return installed("platforms").value_or(fs::path(ROLLOVER_SOURCE_DRIVERS) / "platforms");
}

fs::path shipped_switches() {
    return installed("switches").value_or(fs::path(ROLLOVER_SOURCE_DRIVERS) / "switches");
}

fs::path shipped_converters() {
    return installed("converters").value_or(fs::path(ROLLOVER_SOURCE_DRIVERS) / "converters");
}

}  // namespace rollover::api
