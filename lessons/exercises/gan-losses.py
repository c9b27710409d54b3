"""The losses of a GAN, from the scores (logits) of the discriminator."""

import torch


def d_loss(real, made):
    """What the discriminator minimises: the mean of -log D over the real scores plus that of -log(1 - D) over the made
    ones, with D = sigmoid(score). Scores may be 200 or -200; the loss must stay finite.
    """
    return torch.zeros(())


def g_loss(made):
    """What the generator minimises: the mean of -log D (the non-saturating form)."""
    return torch.zeros(())


def g_loss_saturating(made):
    """The form that comes from the game itself: the mean of log(1 - D)."""
    return torch.zeros(())
