use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use tokenizers::Tokenizer;

use crate::{DistilError, Teacher};

/// Numbers that the teacher is asked to hold at once: pieces of all texts of a batch.
const BATCH_PIECES: usize = 2_048;
/// Pieces of a text that the teacher reads, without its ends: as it was trained.
const MOST_PIECES: usize = 254;

/// all-MiniLM-L6-v2 (Wang et al., "MiniLM", 2020; Reimers and Gurevych,
/// "Sentence-BERT", 2019): the mean of the last layer, to unit length.
pub struct MiniLm {
    model: BertModel,
    tokenizer: Tokenizer,
    vocabulary: Vec<String>,
    ends: (u32, u32),
}

impl MiniLm {
    /// Reads the teacher from its files' bytes: `config.json`, `tokenizer.json` and
    /// `model.safetensors`.
    ///
    /// # Errors
    /// A file is not what is expected.
    pub fn open(config: &[u8], tokenizer: &[u8], weights: Vec<u8>) -> Result<Self, DistilError> {
        let config: Config = serde_json::from_slice(config).map_err(unusable)?;
        let mut tokenizer = Tokenizer::from_bytes(tokenizer).map_err(unusable)?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(unusable)?;
        let size = tokenizer.get_vocab_size(false) as u32;
        let vocabulary =
            (0..size).map(|id| tokenizer.id_to_token(id).unwrap_or_default()).collect();
        let mark = |name: &str| {
            let missing = || DistilError::Teacher(format!("it has no {name}"));
            tokenizer.token_to_id(name).ok_or_else(missing)
        };
        let ends = (mark("[CLS]")?, mark("[SEP]")?);
        let weights = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu);
        let model = BertModel::load(weights.map_err(unusable)?, &config).map_err(unusable)?;
        Ok(Self { model, tokenizer, vocabulary, ends })
    }

    /// The vectors of texts that have equally many pieces.
    fn alike(&self, texts: &[&Vec<u32>], length: usize) -> candle_core::Result<Vec<Vec<f32>>> {
        let ids: Vec<u32> = texts
            .iter()
            .flat_map(|ids| {
                let ids = ids.iter().take(length).copied();
                std::iter::once(self.ends.0).chain(ids).chain([self.ends.1])
            })
            .collect();
        let ids = Tensor::from_vec(ids, (texts.len(), length + 2), &Device::Cpu)?;
        let means = self.model.forward(&ids, &ids.zeros_like()?, None)?.mean(1)?;
        let lengths = means.sqr()?.sum_keepdim(1)?.sqrt()?;
        means.broadcast_div(&lengths)?.to_vec2()
    }
}

impl Teacher for MiniLm {
    fn vocabulary(&self) -> &[String] {
        &self.vocabulary
    }

    fn cut(&self, text: &str) -> Result<Vec<u32>, DistilError> {
        Ok(self.tokenizer.encode_fast(text, false).map_err(unusable)?.get_ids().to_vec())
    }

    /// Texts of one length are read together, so that none waits for a longer one.
    fn embed(
        &self,
        texts: &[Vec<u32>],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<Vec<f32>>, DistilError> {
        let length = |text: usize| texts[text].len().min(MOST_PIECES);
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|text| length(*text));
        let mut vectors = vec![Vec::new(); texts.len()];
        let mut done = 0;
        for alike in order.chunk_by(|a, b| length(*a) == length(*b)) {
            let length = alike.first().map_or(0, |text| length(*text));
            for batch in alike.chunks((BATCH_PIECES / (length + 2)).max(1)) {
                let ids: Vec<&Vec<u32>> = batch.iter().map(|text| &texts[*text]).collect();
                for (text, vector) in batch.iter().zip(self.alike(&ids, length).map_err(unusable)?)
                {
                    vectors[*text] = vector;
                }
                done += batch.len();
                progress(done);
            }
        }
        Ok(vectors)
    }
}

fn unusable(error: impl std::fmt::Display) -> DistilError {
    DistilError::Teacher(error.to_string())
}
