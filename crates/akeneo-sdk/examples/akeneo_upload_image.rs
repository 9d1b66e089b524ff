//! Uploads an image as the value of a product, and reads the metadata of the file.
//!
//! Usage: `akeneo_upload_image lamp.jpg SKU ATTRIBUTE`. Environment: see `akeneo_get_access_token`.

use std::process::ExitCode;

use akeneo_sdk::media::MediaCode;
use akeneo_sdk::types::{MediaFile, MediaFileUpload, ProductMediaTarget};
use akeneo_sdk::values::At;
use akeneo_sdk::{Client, ClientConfig, Error, File};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, product, attribute] = arguments.as_slice() else {
        eprintln!("usage: akeneo_upload_image FILE IDENTIFIER ATTRIBUTE");
        return ExitCode::FAILURE;
    };
    match run(ClientConfig::new(), File::path(path), product, attribute).await {
        Ok((code, file)) => {
            println!("{code}: {file:#?}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Uploads the file and returns its code and its metadata.
pub(crate) async fn run(
    config: ClientConfig,
    file: File,
    product: &str,
    attribute: &str,
) -> Result<(String, MediaFile), Error> {
    let client = Client::from_config(config)?;
    let mut upload = MediaFileUpload::new(file);
    upload.product = Some(ProductMediaTarget::at(product, attribute, At::EVERYWHERE));
    let answer = client.upload_media_file(upload).await?;
    // The code contains slashes. Pass it to operations unchanged.
    let code = answer.media_code().unwrap_or_default();
    let known = client.get_media_file(&code).await?.into_inner();
    Ok((code, known))
}
