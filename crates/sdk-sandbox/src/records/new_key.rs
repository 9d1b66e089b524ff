//! Keys of new records.

use crate::http::request::Request;
use crate::http::uploaded_file::File;
use crate::json::plain_text::plain_text;
use crate::resources::keys::KeyKind;
use crate::resources::resource::Resource;
use crate::sample::prng::Prng;
use crate::sample::sampler::Sampler;
use crate::sample::scalar::uuid;
use crate::state::vendor::Vendor;

/// Creates a key from the template in the profile or, without a template, in the format of the seed
/// records' keys.
pub(crate) fn new_key(vendor: &Vendor, request: &Request, resource: &Resource) -> String {
    let document = &vendor.document;
    let number = vendor.store.next();
    let mut seed = Prng::new((&resource.name, "new"), vendor.seed ^ number);
    if let Some(template) = &resource.rules.new_key {
        let digest = seed.hex(40);
        let file = upload(vendor, request)
            .map(|file| file.name)
            .unwrap_or_default();
        let steps: Vec<&str> = digest.split("").filter(|d| !d.is_empty()).take(4).collect();
        return template
            .replace("{digest}", &digest)
            .replace("{steps}", &steps.join("/"))
            .replace("{number}", &number.to_string())
            .replace(
                "{file}",
                &file.replace(|c: char| !c.is_ascii_alphanumeric() && c != '.', "_"),
            );
    }
    match resource.kind(document) {
        KeyKind::Number => (1_000_000 + vendor.items + number).to_string(),
        KeyKind::Uuid(_) => uuid(&mut seed),
        KeyKind::Word(word) => format!("{word}_{}", 1_000_000 + vendor.items + number),
        KeyKind::Sample => plain_text(&Sampler::new(document, seed).value(&resource.key_schema)),
    }
}

/// Returns the file that a call uploads for its record. Ignores files that become records
/// themselves.
pub(crate) fn upload(vendor: &Vendor, request: &Request) -> Option<File> {
    let many = vendor.resources.all.iter();
    let many: Vec<_> = many
        .filter_map(|r| Some(&r.rules.many.as_ref()?.from))
        .collect();
    let mut parts = request.parts.iter().flatten();
    parts.find_map(|part| part.file().filter(|_| !many.contains(&&part.name)))
}
