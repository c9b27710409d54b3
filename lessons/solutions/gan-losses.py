from torch.nn.functional import softplus


def d_loss(real, made):
    return softplus(-real).mean() + softplus(made).mean()


def g_loss(made):
    return softplus(-made).mean()


def g_loss_saturating(made):
    return -softplus(made).mean()
