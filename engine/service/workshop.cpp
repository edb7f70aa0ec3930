#include "engine/service/workshop.h"

#include "engine/api/patch_process.h"

#include <optional>

namespace rollover::service {

class workshop::place final : public scheduler::workplace {
public:
    place(workshop& in, scheduler::shared_files files, std::unique_ptr<store::activation_lock> lock,
          const std::filesystem::path& folder)
        : files_(std::move(files)),
          lock_(std::move(lock)),
          patches_(in.rt_, {in.options_.program.empty() ? std::filesystem::path("rollover") : in.options_.program,
                            in.folder_.path(), folder, in.options_.converters, in.options_.store}),
          environment_(in.rt_, in.wheel_, files_->platforms, in.journal_) {
        environment_.lines = &in.lines_;
        environment_.gates = &in.gates_;
        environment_.patches = &patches_;
        environment_.folder = folder;
        environment_.log = in.log_;
    }
    activation::environment& environment() override { return environment_; }

private:
    scheduler::shared_files files_;
    std::unique_ptr<store::activation_lock> lock_;
    api::patch_process patches_;
    activation::environment environment_;
};

workshop::workshop(runtime& rt, const engine_options& options, const store::state_folder& folder,
                   activation::journal& journal, activation::line_book& lines, log_sink log)
    : rt_(rt), options_(options), folder_(folder), journal_(journal), lines_(lines), log_(std::move(log)), wheel_(rt) {
    folder_.remove_left_spares();
}

workshop::~workshop() {
    for (const auto& one : spares_) {
        std::error_code ignored;
        std::filesystem::remove_all(one.path, ignored);
    }
}

void workshop::expect_work() {
    constexpr std::size_t most = 1000;
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(guards_spares_);
        if (spares_.size() >= most) {
            return;
        }
        number = ++spares_made_;
    }
    auto made = folder_.make_spare(number);
    if (made) {  // else it is made when it is needed, and the error told
        const std::lock_guard lock(guards_spares_);
        spares_.push_back(std::move(*made));
    }
}

result<std::unique_ptr<scheduler::workplace>> workshop::place_for(scheduler::shared_files files,
                                                                  const std::string& activation) {
    std::optional<store::spare_folder> spare;
    {
        const std::lock_guard lock(guards_spares_);
        if (!spares_.empty()) {
            spare = std::move(spares_.back());
            spares_.pop_back();
        }
    }
    if (spare && folder_.use_spare(*spare, activation)) {
        return std::unique_ptr<scheduler::workplace>(std::make_unique<place>(
            *this, std::move(files), std::move(spare->lock), folder_.path() / "activations" / activation));
    }
    if (spare) {
        const std::lock_guard lock(guards_spares_);
        spares_.push_back(std::move(*spare));
    }
    auto lock = folder_.lock(activation);
    if (!lock) {
        return lock.error();
    }
    const auto own = folder_.folder_of(activation);
    if (!own) {
        return own.error();
    }
    return std::unique_ptr<scheduler::workplace>(
        std::make_unique<place>(*this, std::move(files), std::move(*lock), *own));
}

}  // namespace rollover::service
