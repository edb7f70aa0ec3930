#include "engine/api/platform_folders.h"

#include <cstdlib>
#include <dlfcn.h>

namespace rollover::api {

namespace fs = std::filesystem;

fs::path shipped_platforms() {
    if (const char* given = std::getenv("ROLLOVER_PLATFORMS"); given != nullptr && *given != '\0') {
        return given;
    }
    // This code lies in PREFIX/lib*/librollover.so or in PREFIX/bin/rollover.
    Dl_info about{};
    if (::dladdr(reinterpret_cast<const void*>(&shipped_platforms), &about) != 0 && about.dli_fname != nullptr) {
        std::error_code error;
        auto folder = fs::canonical(about.dli_fname, error).parent_path();
        for (int up = 0; up < 3 && !error && !folder.empty(); ++up, folder = folder.parent_path()) {
            const auto candidate = folder / "share/rollover/platforms";
            if (fs::is_directory(candidate, error)) {
                return candidate;
            }
        }
    }
    return ROLLOVER_SOURCE_PLATFORMS;
}

}  // namespace rollover::api
